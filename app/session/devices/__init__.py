"""The studio's engine over several devices of this machine, with a process for each further one."""
