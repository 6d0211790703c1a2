; The Windows installer. Its figures come from packaging/release/windows.py as /D defines.
; For one person by default, without administrator's rights; settings in the registry and the
; library are left alone by upgrades and by uninstalling.

[Setup]
AppId={{6F0B4C55-3F5E-4B8F-9C1D-7E55E2A0A7E1}
AppName=Tessera
AppVersion={#Version}
VersionInfoVersion={#Version}
AppPublisher={#Publisher}
AppPublisherURL={#Homepage}
AppSupportURL={#Homepage}
DefaultDirName={autopf}\Tessera
DefaultGroupName=Tessera
DisableProgramGroupPage=yes
DisableWelcomePage=no
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
LicenseFile={#Licence}
SetupIconFile={#Icon}
UninstallDisplayIcon={app}\tessera.exe
OutputDir={#Output}
OutputBaseFilename={#BaseName}
Compression=lzma2/normal
SolidCompression=yes
CloseApplications=yes
#ifdef Signed
SignTool=signtool
SignedUninstaller=yes
#endif

[Messages]
WelcomeLabel2=This will install [name/ver] on your computer, with a small model.%n%n{#Torch}

[InstallDelete]
; An older version's libraries must not lie among the new ones.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Folder}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Tasks]
Name: desktopicon; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked

[Icons]
Name: "{group}\Tessera"; Filename: "{app}\tessera.exe"
Name: "{autodesktop}\Tessera"; Filename: "{app}\tessera.exe"; Tasks: desktopicon

[Run]
Filename: "{app}\tessera.exe"; Description: "{cm:LaunchProgram,Tessera}"; Flags: nowait postinstall skipifsilent
