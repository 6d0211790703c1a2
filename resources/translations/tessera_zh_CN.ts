<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>&amp;Generate</source>
        <translation>生成(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Endless</source>
        <translation>无尽播放(&amp;E)</translation>
    </message>
    <message>
        <source>Play without end: each stretch goes on from the one before, until you stop it</source>
        <translation>无尽播放：每一段都接着上一段继续，直到您停止</translation>
    </message>
    <message>
        <source>&amp;Variations…</source>
        <translation>变体(&amp;V)…</translation>
    </message>
    <message>
        <source>Queue several prompts, seeds and settings at once, to compare their takes</source>
        <translation>一次将多个提示词、种子和设置加入队列，以便比较所得的声音</translation>
    </message>
    <message>
        <source>&amp;Make in full</source>
        <translation>完整生成(&amp;M)</translation>
    </message>
    <message>
        <source>Make the draft on show with all of its steps, from the same seed</source>
        <translation>用同一种子和全部步数生成当前显示的草稿</translation>
    </message>
    <message>
        <source>Start &amp;from this sound</source>
        <translation>从此声音开始(&amp;F)</translation>
    </message>
    <message>
        <source>Let the next sound start from the recording on show, instead of noise alone</source>
        <translation>让下一个声音从当前显示的录音开始，而不只是从噪声开始</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>取消(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Record…</source>
        <translation>录音(&amp;R)…</translation>
    </message>
    <message>
        <source>Record a sound from a microphone or a line; it becomes a take</source>
        <translation>从麦克风或线路录音；录音成为一个声音条目</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>导出(&amp;E)…</translation>
    </message>
    <message>
        <source>Export the pi&amp;cture…</source>
        <translation>导出图片(&amp;C)…</translation>
    </message>
    <message>
        <source>Cop&amp;y the sound</source>
        <translation>复制声音(&amp;Y)</translation>
    </message>
    <message>
        <source>What is selected, or all of it, as files for another program</source>
        <translation>把选中的部分（或整个声音）作为文件复制给其他程序</translation>
    </message>
    <message>
        <source>Open from the clip&amp;board</source>
        <translation>从剪贴板打开(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>Edit &amp;prompt</source>
        <translation>编辑提示词(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Another prompt from the play head on</source>
        <translation>从播放位置起另加提示词(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Play or pause	Space</source>
        <translation>播放或暂停(&amp;P)	Space</translation>
    </message>
    <message>
        <source>Go to the &amp;start</source>
        <translation>转到开头(&amp;S)</translation>
    </message>
    <message>
        <source>Go to the &amp;end</source>
        <translation>转到结尾(&amp;E)</translation>
    </message>
    <message>
        <source>A second &amp;back</source>
        <translation>后退一秒(&amp;B)</translation>
    </message>
    <message>
        <source>A second &amp;forward</source>
        <translation>前进一秒(&amp;F)</translation>
    </message>
    <message>
        <source>Play as it &amp;arrives</source>
        <translation>边生成边播放(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Tile grid</source>
        <translation>分块网格(&amp;T)</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>放大(&amp;I)</translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation>缩小(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Whole sound</source>
        <translation>完整声音(&amp;W)</translation>
    </message>
    <message>
        <source>&amp;Models…</source>
        <translation>模型(&amp;M)…</translation>
    </message>
    <message>
        <source>Open &amp;log folder</source>
        <translation>打开日志文件夹(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Diagnose…</source>
        <translation>诊断(&amp;D)…</translation>
    </message>
    <message>
        <source>Third-party &amp;licences</source>
        <translation>第三方许可证(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;About Tessera</source>
        <translation>关于 Tessera(&amp;A)</translation>
    </message>
    <message>
        <source>As the &amp;system</source>
        <translation>跟随系统(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>浅色(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>深色(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Sound</source>
        <translation>声音(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Play</source>
        <translation>播放(&amp;P)</translation>
    </message>
    <message>
        <source>Sele&amp;ct</source>
        <translation>选择(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Library</source>
        <translation>声音库(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Appearance</source>
        <translation>外观(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
</context>
<context>
    <name>ApplicationActions</name>
    <message>
        <source>&amp;Open…</source>
        <translation>打开(&amp;O)…</translation>
    </message>
    <message>
        <source>&amp;Undo the last change</source>
        <translation>撤销上次更改(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Redo the change</source>
        <translation>重做更改(&amp;R)</translation>
    </message>
    <message>
        <source>Prefere&amp;nces…</source>
        <translation>首选项(&amp;N)…</translation>
    </message>
    <message>
        <source>&amp;Find a command…</source>
        <translation>查找命令(&amp;F)…</translation>
    </message>
    <message>
        <source>&amp;Guide</source>
        <translation>指南(&amp;G)</translation>
    </message>
    <message>
        <source>Read about what has the focus</source>
        <translation>阅读与当前焦点有关的说明</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation>键盘快捷键(&amp;K)</translation>
    </message>
    <message>
        <source>Take the &amp;tour</source>
        <translation>功能导览(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Change keyboard shortcuts…</source>
        <translation>更改键盘快捷键(&amp;C)…</translation>
    </message>
</context>
<context>
    <name>ArrangementActions</name>
    <message>
        <source>Ar&amp;rangement</source>
        <translation>编排(&amp;R)</translation>
    </message>
    <message>
        <source>Show the tracks in place of the sound, or the sound again</source>
        <translation>在声音的位置显示轨道，或再显示声音</translation>
    </message>
    <message>
        <source>&amp;Add to the arrangement</source>
        <translation>添加到编排(&amp;A)</translation>
    </message>
    <message>
        <source>Put the take that is shown, or chosen in the history, on the chosen track</source>
        <translation>把显示的、或在历史中选中的声音条目放到选中的轨道上</translation>
    </message>
    <message>
        <source>&amp;New arrangement</source>
        <translation>新建编排(&amp;N)</translation>
    </message>
    <message>
        <source>Open a folde&amp;r…</source>
        <translation>打开文件夹(&amp;R)…</translation>
    </message>
    <message>
        <source>Open an arrangement that was saved as a folder</source>
        <translation>打开保存为文件夹的编排</translation>
    </message>
    <message>
        <source>Save as a fo&amp;lder…</source>
        <translation>保存为文件夹(&amp;L)…</translation>
    </message>
    <message>
        <source>Save the arrangement with all its sounds, to keep or to send</source>
        <translation>把编排连同它的全部声音保存下来，以便保留或发送</translation>
    </message>
    <message>
        <source>E&amp;xport stems…</source>
        <translation>导出分轨(&amp;X)…</translation>
    </message>
    <message>
        <source>Save each track as a file of its own</source>
        <translation>把每条轨道保存为单独的文件</translation>
    </message>
    <message>
        <source>Rename th&amp;e arrangement…</source>
        <translation>重命名编排(&amp;E)…</translation>
    </message>
    <message>
        <source>Delete this arrangement…</source>
        <translation>删除这个编排…</translation>
    </message>
    <message>
        <source>Remove it from the library; its takes stay in the history</source>
        <translation>从声音库中移除；它的声音条目留在历史中</translation>
    </message>
    <message>
        <source>&amp;Add a track</source>
        <translation>添加轨道(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Mute the track</source>
        <translation>使轨道静音(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Hear the track alone</source>
        <translation>只听这条轨道(&amp;H)</translation>
    </message>
    <message>
        <source>Move the track &amp;up</source>
        <translation>上移轨道(&amp;U)</translation>
    </message>
    <message>
        <source>Move the track &amp;down</source>
        <translation>下移轨道(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Remove the track</source>
        <translation>移除轨道(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Arrange</source>
        <translation>编排(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Track</source>
        <translation>轨道(&amp;T)</translation>
    </message>
</context>
<context>
    <name>ArrangementCommands</name>
    <message>
        <source>Open the folder of an arrangement</source>
        <translation>打开编排的文件夹</translation>
    </message>
    <message>
        <source>Save the arrangement in a new folder here</source>
        <translation>把编排保存到这里的新文件夹中</translation>
    </message>
    <message>
        <source>Name the arrangement</source>
        <translation>为编排命名</translation>
    </message>
    <message>
        <source>What it is called</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Delete an arrangement</source>
        <translation>删除编排</translation>
    </message>
    <message>
        <source>Delete “{name}” with its layers? This cannot be undone. Its takes stay in the history.</source>
        <translation>删除“{name}”及其图层？此操作无法撤销。它的声音条目留在历史中。</translation>
    </message>
    <message>
        <source>The take of this layer is not in the history; its sound is kept.</source>
        <translation>这个图层的声音条目不在历史中；它的声音仍然保留。</translation>
    </message>
    <message>
        <source>{names} is a layer now; Ctrl+Shift+T shows the arrangement.</source>
        <translation>{names} 现在是一个图层；按 Ctrl+Shift+T 显示编排。</translation>
    </message>
    <message>
        <source>{name} cannot become a layer: its files are not in the library.</source>
        <translation>{name} 不能成为图层：它的文件不在声音库中。</translation>
    </message>
    <message>
        <source>Requests in the queue for these layers: {count}</source>
        <translation>队列中为这些图层的请求：{count}</translation>
    </message>
    <message>
        <source>{name} cannot be generated again: it was not generated from a prompt.</source>
        <translation>{name} 不能重新生成：它不是由提示词生成的。</translation>
    </message>
    <message>
        <source>The layer {name} plays its new take.</source>
        <translation>图层 {name} 现在播放它的新条目。</translation>
    </message>
    <message>
        <source>The arrangement keeps the sound of {names}.</source>
        <translation>编排保留 {names} 的声音。</translation>
    </message>
</context>
<context>
    <name>ArrangementExport</name>
    <message>
        <source>Export the stems into a folder</source>
        <translation>把分轨导出到文件夹</translation>
    </message>
    <message>
        <source>Files that are there already: {names}. Replace them?</source>
        <translation>已经存在的文件：{names}。要替换它们吗？</translation>
    </message>
    <message>
        <source>Replace files</source>
        <translation>替换文件</translation>
    </message>
</context>
<context>
    <name>ArrangementTexts</name>
    <message>
        <source>Arrangement</source>
        <translation>编排</translation>
    </message>
    <message>
        <source>{layers} layers on {tracks} tracks · {length}</source>
        <translation>{tracks} 条轨道上的 {layers} 个图层 · {length}</translation>
    </message>
    <message>
        <source>Track {number}</source>
        <translation>轨道 {number}</translation>
    </message>
    <message>
        <source>Without a prompt</source>
        <translation>无提示词</translation>
    </message>
    <message>
        <source>silent</source>
        <translation>无声</translation>
    </message>
    <message>
        <source>{sign}{level} dB</source>
        <translation>{sign}{level} dB</translation>
    </message>
    <message>
        <source>{start} to {stop}</source>
        <translation>{start} 到 {stop}</translation>
    </message>
    <message>
        <source>fade in {seconds} s</source>
        <translation>淡入 {seconds} 秒</translation>
    </message>
    <message>
        <source>fade out {seconds} s</source>
        <translation>淡出 {seconds} 秒</translation>
    </message>
    <message>
        <source>repeats</source>
        <translation>重复</translation>
    </message>
    <message>
        <source>muted</source>
        <translation>静音</translation>
    </message>
    <message>
        <source>{count} layers chosen</source>
        <translation>选中 {count} 个图层</translation>
    </message>
</context>
<context>
    <name>ArrangementView</name>
    <message>
        <source>Add takes as layers: drag them here from the history, or press A where one is shown or chosen.</source>
        <translation>把声音条目添加为图层：从历史拖到这里，或在显示或选中条目时按 A。</translation>
    </message>
    <message>
        <source>Add a track</source>
        <translation>添加轨道</translation>
    </message>
    <message>
        <source>Edges attract each other</source>
        <translation>边缘互相吸引</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Show all of the arrangement</source>
        <translation>显示整个编排</translation>
    </message>
    <message>
        <source>Back to the sound (Ctrl+Shift+T)</source>
        <translation>回到声音 (Ctrl+Shift+T)</translation>
    </message>
</context>
<context>
    <name>BufferMeter</name>
    <message>
        <source>Ahead of the ear</source>
        <translation>已提前生成</translation>
    </message>
    <message>
        <source>Seconds of sound made ahead of the ear</source>
        <translation>比听到的提前生成的秒数</translation>
    </message>
    <message>
        <source>Full, it waits for you to listen on; empty, you wait for more sound</source>
        <translation>满了就等您听下去；空了则要等更多声音</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} 秒</translation>
    </message>
    <message>
        <source>made slower than it plays: it pauses to buffer</source>
        <translation>生成比播放慢：会暂停以缓冲</translation>
    </message>
</context>
<context>
    <name>CheatSheet</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Keyboard shortcuts by menu</source>
        <translation>按菜单排列的键盘快捷键</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>更改…</translation>
    </message>
</context>
<context>
    <name>ClipLampButton</name>
    <message>
        <source>Clip lamp</source>
        <translation>削波指示灯</translation>
    </message>
    <message>
        <source>Lights when what is heard exceeds full scale</source>
        <translation>听到的声音超过满刻度时亮起</translation>
    </message>
    <message>
        <source>What was heard exceeds full scale by {peak} dB, where the sound device cuts it off. A click puts the lamp out</source>
        <translation>听到的声音超过满刻度 {peak} dB，声音设备会在此处削波。单击可熄灭此灯</translation>
    </message>
</context>
<context>
    <name>ClipMenu</name>
    <message>
        <source>The sound and its selection</source>
        <translation>声音及其选区</translation>
    </message>
</context>
<context>
    <name>ClipPictures</name>
    <message>
        <source>Border between spectrogram and waveform</source>
        <translation>频谱图与波形之间的分界</translation>
    </message>
</context>
<context>
    <name>ClipPlot</name>
    <message>
        <source>Selected: {start} to {stop}.</source>
        <translation>已选择：{start} 至 {stop}。</translation>
    </message>
    <message>
        <source>Markers: {names}.</source>
        <translation>标记：{names}。</translation>
    </message>
</context>
<context>
    <name>ClippingWarning</name>
    <message>
        <source>Bring it to −1 dB</source>
        <translation>降到 −1 dB</translation>
    </message>
    <message>
        <source>All of it becomes quieter by as much</source>
        <translation>整段声音同样降低</translation>
    </message>
    <message>
        <source>Keep it as it is, as float</source>
        <translation>以浮点格式原样保存</translation>
    </message>
    <message>
        <source>A WAV of 32 bit float cuts nothing off</source>
        <translation>32 位浮点 WAV 不会削掉任何部分</translation>
    </message>
</context>
<context>
    <name>ColourPanel</name>
    <message>
        <source>Fit to the sound</source>
        <translation>适合声音</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>重置</translation>
    </message>
    <message>
        <source>Cividis, for all eyes</source>
        <translation>Cividis，色觉障碍友好</translation>
    </message>
    <message>
        <source>Viridis</source>
        <translation>Viridis</translation>
    </message>
    <message>
        <source>Magma</source>
        <translation>Magma</translation>
    </message>
    <message>
        <source>Inferno</source>
        <translation>Inferno</translation>
    </message>
    <message>
        <source>Grey</source>
        <translation>灰度</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>配色</translation>
    </message>
    <message>
        <source>Colours from quiet to loud.</source>
        <translation>从轻到响的颜色。</translation>
    </message>
    <message>
        <source>Quietest level</source>
        <translation>最低电平</translation>
    </message>
    <message>
        <source>Everything quieter is drawn as dark as this. Raise it to hide noise.</source>
        <translation>低于此电平的部分都画成同样的暗色。调高可隐藏噪声。</translation>
    </message>
    <message>
        <source>Loudest level</source>
        <translation>最高电平</translation>
    </message>
    <message>
        <source>Everything louder is drawn as bright as this. Lower it to see more.</source>
        <translation>高于此电平的部分都画成同样的亮色。调低可看到更多细节。</translation>
    </message>
    <message>
        <source>Fit the levels to the sound</source>
        <translation>使电平适合声音</translation>
    </message>
    <message>
        <source>Span the levels that occur in the sound so far.</source>
        <translation>覆盖此声音已生成部分中出现的电平范围。</translation>
    </message>
    <message>
        <source>Quietest</source>
        <translation>最低</translation>
    </message>
    <message>
        <source>Loudest</source>
        <translation>最高</translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>What would you like to do?</source>
        <translation>您想做什么？</translation>
    </message>
    <message>
        <source>Search all commands</source>
        <translation>搜索所有命令</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>Nothing is called like that.</source>
        <translation>没有这样的命令。</translation>
    </message>
</context>
<context>
    <name>ConsentTexts</name>
    <message>
        <source>Download a model</source>
        <translation>下载模型</translation>
    </message>
    <message>
        <source>Compute on the processor</source>
        <translation>改用处理器计算</translation>
    </message>
    <message>
        <source>The graphics card ({device}) does not answer any more: it was unplugged, or the computer slept, or its driver was started again. Tessera can use it again after its next start.

Go on with the processor? It becomes the device of the settings.</source>
        <translation>显卡（{device}）不再响应：可能被拔出，或电脑曾进入睡眠，或其驱动程序重新启动过。重新启动 Tessera 后可以再次使用它。

要改用处理器继续吗？设置中的设备会随之改为处理器。</translation>
    </message>
</context>
<context>
    <name>DragAndCopy</name>
    <message>
        <source>On the clipboard, as long as Tessera is open: {names}.</source>
        <translation>已复制到剪贴板，Tessera 打开期间可用：{names}。</translation>
    </message>
</context>
<context>
    <name>DragHandle</name>
    <message>
        <source>Drag the sound into another program</source>
        <translation>把声音拖到其他程序</translation>
    </message>
    <message>
        <source>Drag the sound, or what is selected of it, into another program: each stretch that is kept selected is a file. A click copies it (Ctrl+C). Files exist as long as Tessera is open</source>
        <translation>把声音或其中选中的部分拖到其他程序：每个保留选中的片段是一个文件。单击即可复制（Ctrl+C）。Tessera 打开期间文件一直可用</translation>
    </message>
</context>
<context>
    <name>DurationBox</name>
    <message>
        <source> s</source>
        <translation> 秒</translation>
    </message>
</context>
<context>
    <name>EditActions</name>
    <message>
        <source>&amp;Regenerate the selection</source>
        <translation>重新生成选区(&amp;R)</translation>
    </message>
    <message>
        <source>Continue to the righ&amp;t</source>
        <translation>向右续写(&amp;T)</translation>
    </message>
    <message>
        <source>Continue to the &amp;left</source>
        <translation>向左续写(&amp;L)</translation>
    </message>
    <message>
        <source>Make l&amp;oopable</source>
        <translation>制作循环(&amp;O)</translation>
    </message>
    <message>
        <source>Another len&amp;gth…</source>
        <translation>其他长度(&amp;G)…</translation>
    </message>
    <message>
        <source>How much Continue a&amp;dds</source>
        <translation>续写多长(&amp;D)</translation>
    </message>
    <message>
        <source>First drag over the spectrogram: what is selected is generated again</source>
        <translation>先在频谱图上拖动：选中的部分会重新生成</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} 秒</translation>
    </message>
    <message>
        <source>Generate {length} more at the end, from the prompt</source>
        <translation>按提示词在结尾再生成 {length}</translation>
    </message>
    <message>
        <source>Generate {length} more before the beginning, from the prompt</source>
        <translation>按提示词在开头之前再生成 {length}</translation>
    </message>
    <message>
        <source>Seconds, or minutes and seconds as 1:30</source>
        <translation>秒数，或如 1:30 的分和秒</translation>
    </message>
    <message>
        <source>How much Continue adds</source>
        <translation>续写多长</translation>
    </message>
    <message>
        <source>Generate the selection again from the prompt; all around it stays as it is</source>
        <translation>按提示词重新生成所选部分；其余保持不变</translation>
    </message>
    <message>
        <source>Generate the end and the beginning again, so that they join</source>
        <translation>重新生成结尾和开头，使二者自然衔接</translation>
    </message>
</context>
<context>
    <name>EndlessButton</name>
    <message>
        <source>Play without end</source>
        <translation>无尽播放</translation>
    </message>
    <message>
        <source>Play without end: each stretch goes on from the one before, until you stop it. Change the prompt meanwhile, and the next stretch follows it. All of it is kept as a take (Ctrl+Shift+Enter)</source>
        <translation>无尽播放：每一段都接着前一段，直到您停止。期间更改提示词，下一段就会随之改变。全部会保存为一个声音 (Ctrl+Shift+Enter)</translation>
    </message>
</context>
<context>
    <name>EnginePanel</name>
    <message>
        <source> GB</source>
        <translation> GB</translation>
    </message>
    <message>
        <source>Planned</source>
        <translation>自动规划</translation>
    </message>
    <message>
        <source>What is free</source>
        <translation>可用内存</translation>
    </message>
    <message>
        <source>one device</source>
        <translation>一个设备</translation>
    </message>
    <message>
        <source>Without tiling there are no tiles.</source>
        <translation>不分块时没有块。</translation>
    </message>
    <message>
        <source>In streaming no tile waits for another.</source>
        <translation>流式模式下各块无需互相等待。</translation>
    </message>
</context>
<context>
    <name>EngineTexts</name>
    <message>
        <source>Tiling</source>
        <translation>分块</translation>
    </message>
    <message>
        <source>Tile length</source>
        <translation>块长</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>精度</translation>
    </message>
    <message>
        <source>Decoder</source>
        <translation>解码器</translation>
    </message>
    <message>
        <source>Waiting tiles</source>
        <translation>等待的块</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>上下文</translation>
    </message>
    <message>
        <source>Longer tiles are quicker and take more memory; 5 s are usually enough.</source>
        <translation>块越长越快，占用内存也越多；通常 5 秒足够。</translation>
    </message>
    <message>
        <source>What decoding may take beside the networks. Less makes shorter tiles.</source>
        <translation>除网络之外解码可用的内存。预算越小，块越短。</translation>
    </message>
    <message>
        <source>How the spectrogram is decoded. Long sounds outgrow memory in one piece; in tiles they fit.</source>
        <translation>频谱图如何解码。长音频整块解码会超出内存，分块则放得下。</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Of the networks. float32 is the most exact; the 16-bit types take half the memory, and float16 is for graphics cards alone. Automatic is float32 on a processor; large denoisers multiply in bfloat16 there if that was measured to be faster. A change loads the model again.</source>
        <translation>网络的精度。float32 最精确；16 位类型只占一半内存，float16 仅适用于显卡。“自动”在处理器上为 float32；若实测更快，大型去噪器会在其上以 bfloat16 做乘法。更改后会重新加载模型。</translation>
    </message>
    <message>
        <source>Of decoding alone. bfloat16 was three times as fast on a processor that has it, and off by 0.08 dB on average.</source>
        <translation>仅用于解码。在支持 bfloat16 的处理器上实测快三倍，平均偏差 0.08 dB。</translation>
    </message>
    <message>
        <source>Where tiles wait for the others. Main memory or disk spare the device, and take longer.</source>
        <translation>各块互相等待时存放的位置。放在主内存或磁盘可节省设备内存，但更慢。</translation>
    </message>
    <message>
        <source>The stretch over which the decoder normalises. Sounds come out truest in the stretch they were made in; another one shifts loudness and colour a little.</source>
        <translation>解码器做归一化的范围。在生成时的同一段范围内归一化最真实；换用其他范围会使响度和音色略有变化。</translation>
    </message>
    <message>
        <source>They make each sound together, each in a process of its own with the model in its memory. Edits and endless sound stay on the first.</source>
        <translation>它们共同生成每段声音，各自在单独的进程中运行，并在内存中保存模型。编辑和无尽声音只用第一个设备。</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Exact</source>
        <translation>精确</translation>
    </message>
    <message>
        <source>Streaming (approximate)</source>
        <translation>流式（近似）</translation>
    </message>
    <message>
        <source>Padded (approximate)</source>
        <translation>填充（近似）</translation>
    </message>
    <message>
        <source>Padded, fast (approximate)</source>
        <translation>快速填充（近似）</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Exact, and streaming where memory would not suffice.</source>
        <translation>精确；内存不足时改用流式。</translation>
    </message>
    <message>
        <source>Tile by tile, and equal to the untiled network.</source>
        <translation>逐块进行，结果与不分块的网络相同。</translation>
    </message>
    <message>
        <source>Memory does not grow with length; off by 0.04 dB on average, 0.5 dB at most.</source>
        <translation>内存不随长度增长；平均偏差 0.04 dB，最大 0.5 dB。</translation>
    </message>
    <message>
        <source>The classic way, tiles with margins; off by 0.07 dB on average, 2.6 dB at most.</source>
        <translation>经典方式，块带边距；平均偏差 0.07 dB，最大 2.6 dB。</translation>
    </message>
    <message>
        <source>Statistics guessed from a small copy; off by 0.18 dB on average, 3.1 dB at most.</source>
        <translation>由缩小的副本估计统计量；平均偏差 0.18 dB，最大 3.1 dB。</translation>
    </message>
    <message>
        <source>The whole network at once: exact, and the most memory.</source>
        <translation>整个网络一次完成：精确，占用内存最多。</translation>
    </message>
    <message>
        <source>{count} processes share each sound, with a part of the cores each. That is not faster everywhere: compare the times below.</source>
        <translation>{count} 个进程共同生成每段声音，各用一部分处理器核心。并非总是更快：请比较下面的时间。</translation>
    </message>
    <message>
        <source>These {count} share each sound: windows while it is denoised, then tiles. Long sounds gain most.</source>
        <translation>这 {count} 个设备共同生成每段声音：先分担去噪的窗口，再分担分块。声音越长，收益越大。</translation>
    </message>
    <message>
        <source>One computes. Choose several to share each sound.</source>
        <translation>目前由一个设备计算。选择多个设备可共同生成每段声音。</translation>
    </message>
    <message>
        <source>Sharing a sound takes several devices of a kind.</source>
        <translation>共同生成一段声音需要多个同类设备。</translation>
    </message>
    <message>
        <source>The same</source>
        <translation>相同</translation>
    </message>
    <message>
        <source>On device</source>
        <translation>设备上</translation>
    </message>
    <message>
        <source>Main memory</source>
        <translation>主内存</translation>
    </message>
    <message>
        <source>Disk</source>
        <translation>磁盘</translation>
    </message>
    <message>
        <source>As made</source>
        <translation>与生成时相同</translation>
    </message>
    <message>
        <source>Whole take</source>
        <translation>整段</translation>
    </message>
    <message>
        <source>5 s windows</source>
        <translation>5 秒窗口</translation>
    </message>
    <message>
        <source>10 s windows</source>
        <translation>10 秒窗口</translation>
    </message>
</context>
<context>
    <name>ErrorSentences</name>
    <message>
        <source>{sentence}</source>
        <comment>a setting cannot be used</comment>
        <translation>此设置无法使用。{sentence}</translation>
    </message>
    <message>
        <source>{sentence}</source>
        <comment>a model cannot be loaded</comment>
        <translation>无法加载模型。{sentence}</translation>
    </message>
    <message>
        <source>{sentence}</source>
        <comment>a download waits for consent</comment>
        <translation>需要先同意下载。{sentence}</translation>
    </message>
    <message>
        <source>{sentence}</source>
        <comment>a conversion waits for consent</comment>
        <translation>需要先同意转换。{sentence}</translation>
    </message>
    <message>
        <source>{sentence}</source>
        <comment>memory does not suffice</comment>
        <translation>内存不足。{sentence}</translation>
    </message>
    <message>
        <source>{sentence}</source>
        <comment>a device is gone</comment>
        <translation>计算设备不再响应。{sentence}</translation>
    </message>
    <message>
        <source>{sentence}</source>
        <comment>a network gave unusable values</comment>
        <translation>网络给出了无效数值。{sentence}</translation>
    </message>
    <message>
        <source>{sentence}</source>
        <comment>one of several devices failed</comment>
        <translation>共同计算的设备之一出错。{sentence}</translation>
    </message>
    <message>
        <source>{sentence}</source>
        <comment>a sound file is unusable</comment>
        <translation>无法读取或写入声音文件。{sentence}</translation>
    </message>
    <message>
        <source>{sentence}</source>
        <comment>any other error</comment>
        <translation>操作未能完成。{sentence}</translation>
    </message>
</context>
<context>
    <name>EstimateLine</name>
    <message>
        <source>The estimate follows once the engine is ready.</source>
        <translation>引擎就绪后给出预估。</translation>
    </message>
    <message>
        <source>The estimate follows once the engine is free.</source>
        <translation>引擎空闲后会给出估算。</translation>
    </message>
    <message>
        <source>The estimate follows once this model is in memory.</source>
        <translation>此模型载入内存后给出预估。</translation>
    </message>
    <message>
        <source>Needs about {memory} here.</source>
        <translation>在本机约需 {memory}。</translation>
    </message>
    <message>
        <source>Needs about {memory} here and takes about {time}.</source>
        <translation>在本机约需 {memory}，耗时约 {time}。</translation>
    </message>
    <message>
        <source>Needs about {memory} on each of {count} devices.</source>
        <translation>{count} 个设备各约需 {memory}。</translation>
    </message>
    <message>
        <source>Needs about {memory} on each of {count} devices and takes about {time}.</source>
        <translation>{count} 个设备各约需 {memory}，耗时约 {time}。</translation>
    </message>
    <message>
        <source>{number} GB</source>
        <translation>{number} GB</translation>
    </message>
    <message>
        <source>{number} MB</source>
        <translation>{number} MB</translation>
    </message>
    <message>
        <source>{number} s</source>
        <translation>{number} 秒</translation>
    </message>
    <message>
        <source>{number} min</source>
        <translation>{number} 分钟</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export the sound</source>
        <translation>导出声音</translation>
    </message>
    <message>
        <source>Whole sound</source>
        <translation>完整声音</translation>
    </message>
    <message>
        <source>Selection, {start} to {stop}</source>
        <translation>选区，{start} 至 {stop}</translation>
    </message>
    <message>
        <source>As it is</source>
        <translation>保持原样</translation>
    </message>
    <message>
        <source>Mono</source>
        <translation>单声道</translation>
    </message>
    <message>
        <source>By its peak</source>
        <translation>按峰值</translation>
    </message>
    <message>
        <source>By its loudness</source>
        <translation>按响度</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Leave out silence at both ends</source>
        <translation>去掉两端的静音</translation>
    </message>
    <message>
        <source>Silence is what stays below −60 dB</source>
        <translation>低于 −60 dB 的部分视为静音</translation>
    </message>
    <message>
        <source>Dither to 16 bits</source>
        <translation>抖动到 16 位</translation>
    </message>
    <message>
        <source>A little noise, so that quiet endings fade instead of crackling</source>
        <translation>加入少量噪声，使轻微的结尾平滑淡出而不产生杂音</translation>
    </message>
    <message>
        <source>Settings in a file beside it</source>
        <translation>在旁边的文件中保存设置</translation>
    </message>
    <message>
        <source>They are always in the sound itself; the file helps where other programs lose them. Drop either onto the window to get the settings back</source>
        <translation>设置总是保存在声音文件中；其他程序丢失它们时，旁边的文件可以补救。把任一文件拖到窗口即可恢复设置</translation>
    </message>
    <message>
        <source>Choose a place…</source>
        <translation>选择位置…</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Stereo made of a mono sound holds it twice</source>
        <translation>由单声道声音得到的立体声，两个声道相同</translation>
    </message>
    <message>
        <source>Stretch</source>
        <translation>范围</translation>
    </message>
    <message>
        <source>As they are</source>
        <translation>保持原样</translation>
    </message>
    <message>
        <source>Stereo</source>
        <translation>立体声</translation>
    </message>
    <message>
        <source>Select a part of the sound to save it</source>
        <translation>选择声音的一部分即可保存该部分</translation>
    </message>
    <message>
        <source>WAV opens everywhere and keeps a cue point for each prompt along time, FLAC is smaller and as exact. Ogg Vorbis, Opus and MP3 are small and lossy</source>
        <translation>WAV 到处都能打开，并为时间轴上的每条提示词保留一个标记点；FLAC 更小且同样精确。Ogg Vorbis、Opus 和 MP3 文件小，但有损</translation>
    </message>
    <message>
        <source>Bit rate</source>
        <translation>比特率</translation>
    </message>
    <message>
        <source>Of MP3 and Opus: higher is larger and nearer to the sound, 128 is usual. Where a format does not go so high, its highest is taken</source>
        <translation>用于 MP3 和 Opus：越高文件越大，也越接近原声，通常为 128。超出格式上限时取其最高值</translation>
    </message>
    <message>
        <source>Sample rate</source>
        <translation>采样率</translation>
    </message>
    <message>
        <source>Higher rates suit other programs; they bring no new sound</source>
        <translation>更高的采样率便于其他程序使用，但不会带来新的声音</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>声道</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>电平</translation>
    </message>
    <message>
        <source>By its peak: the loudest sample decides. By its loudness: what the ear hears decides (ITU-R BS.1770-4), which makes takes alike</source>
        <translation>按峰值：由最响的采样决定。按响度：由人耳的感受决定（ITU-R BS.1770-4），使各段声音一致</translation>
    </message>
    <message>
        <source>To</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>−1 dB is a usual peak, −16 LUFS a usual loudness</source>
        <translation>常用峰值为 −1 dB，常用响度为 −16 LUFS</translation>
    </message>
    <message>
        <source>Fade in</source>
        <translation>淡入</translation>
    </message>
    <message>
        <source>The sound begins from silence</source>
        <translation>声音从静音开始</translation>
    </message>
    <message>
        <source>Fade out</source>
        <translation>淡出</translation>
    </message>
    <message>
        <source>The sound ends in silence</source>
        <translation>声音以静音结束</translation>
    </message>
    <message>
        <source> LUFS</source>
        <translation> LUFS</translation>
    </message>
    <message>
        <source> dB</source>
        <translation> dB</translation>
    </message>
</context>
<context>
    <name>ExportProgress</name>
    <message>
        <source>Progress of the export</source>
        <translation>导出进度</translation>
    </message>
    <message>
        <source>Cancel the export</source>
        <translation>取消导出</translation>
    </message>
    <message>
        <source>Nothing is left of the file then</source>
        <translation>文件将不会留下任何内容</translation>
    </message>
    <message>
        <source>Writing {name}</source>
        <translation>正在写入 {name}</translation>
    </message>
</context>
<context>
    <name>ExportPrompt</name>
    <message>
        <source>PNG picture (*.png)</source>
        <translation>PNG 图片 (*.png)</translation>
    </message>
    <message>
        <source>Save the picture</source>
        <translation>保存图片</translation>
    </message>
    <message>
        <source>Export the sound</source>
        <translation>导出声音</translation>
    </message>
    <message>
        <source>{name} is there already. Replace it?</source>
        <translation>{name} 已存在。要替换吗？</translation>
    </message>
    <message>
        <source>Replace a file</source>
        <translation>替换文件</translation>
    </message>
</context>
<context>
    <name>ExportTexts</name>
    <message>
        <source>WAV, 16 bit</source>
        <translation>WAV，16 位</translation>
    </message>
    <message>
        <source>WAV, 24 bit</source>
        <translation>WAV，24 位</translation>
    </message>
    <message>
        <source>WAV, 32 bit float</source>
        <translation>WAV，32 位浮点</translation>
    </message>
    <message>
        <source>FLAC, 16 bit</source>
        <translation>FLAC，16 位</translation>
    </message>
    <message>
        <source>FLAC, 24 bit</source>
        <translation>FLAC，24 位</translation>
    </message>
    <message>
        <source>Ogg Vorbis</source>
        <translation>Ogg Vorbis</translation>
    </message>
    <message>
        <source>Opus</source>
        <translation>Opus</translation>
    </message>
    <message>
        <source>MP3</source>
        <translation>MP3</translation>
    </message>
    <message>
        <source>{rate} kHz</source>
        <translation>{rate} kHz</translation>
    </message>
    <message>
        <source>{rate} kbit/s</source>
        <translation>{rate} kbit/s</translation>
    </message>
    <message>
        <source>{count} channels</source>
        <translation>{count} 声道</translation>
    </message>
    <message>
        <source>stereo</source>
        <translation>立体声</translation>
    </message>
    <message>
        <source>mono</source>
        <translation>单声道</translation>
    </message>
    <message>
        <source>{length} of {format}, {rate}, {channels}: about {size}.</source>
        <translation>{length}，{format}，{rate}，{channels}：约 {size}。</translation>
    </message>
    <message>
        <source>Samples that will be cut off at full scale: {count}. The sound peaks at {peak} dB.</source>
        <translation>会在满刻度处被削掉的采样：{count} 个。声音的峰值为 {peak} dB。</translation>
    </message>
    <message>
        <source>Silence at its ends is left out.</source>
        <translation>去掉两端的静音。</translation>
    </message>
    <message>
        <source>The loudest sample lies at {level} dB.</source>
        <translation>最响的采样为 {level} dB。</translation>
    </message>
    <message>
        <source>The whole is as loud as {level} LUFS, or as loud as true peaks below −1 dB allow.</source>
        <translation>整体响度为 {level} LUFS，或在真峰值低于 −1 dB 的前提下尽量接近。</translation>
    </message>
    <message>
        <source>The samples stay as they are.</source>
        <translation>采样保持原样。</translation>
    </message>
</context>
<context>
    <name>FidelityBadge</name>
    <message>
        <source>{done} of {all} tiles {fidelity}, the rest a preview</source>
        <translation>{done}/{all} 块为{fidelity}，其余为预览</translation>
    </message>
    <message>
        <source>Fidelity: {name}</source>
        <translation>保真度：{name}</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>预览</translation>
    </message>
    <message>
        <source>Approximate</source>
        <translation>近似</translation>
    </message>
    <message>
        <source>Exact</source>
        <translation>精确</translation>
    </message>
    <message>
        <source>A cheap guess of where the denoising leads, a few decibels off. A bad seed shows already; cancel it, and save the time.</source>
        <translation>对去噪结果的粗略估计，误差为几分贝。不理想的种子此时已能看出；取消即可节省时间。</translation>
    </message>
    <message>
        <source>Near to what the network gives in one piece, and never quite equal to it.</source>
        <translation>接近网络整体解码的结果，但不完全相同。</translation>
    </message>
    <message>
        <source>Equal to what the network gives in one piece, up to rounding.</source>
        <translation>与网络整体解码的结果相同，仅有舍入误差。</translation>
    </message>
</context>
<context>
    <name>FieldBox</name>
    <message>
        <source>Reset</source>
        <translation>重置</translation>
    </message>
    <message>
        <source>Reset {field}</source>
        <translation>重置{field}</translation>
    </message>
    <message>
        <source>Back to {usual}</source>
        <translation>恢复为 {usual}</translation>
    </message>
</context>
<context>
    <name>FileDrops</name>
    <message>
        <source>Tessera opens files of this computer only; download the sound first.</source>
        <translation>Tessera 只能打开本机上的文件，请先下载声音。</translation>
    </message>
    <message>
        <source>Of {count} files this one is opened: {name}</source>
        <translation>{count} 个文件中打开了这一个：{name}</translation>
    </message>
    <message>
        <source>Addresses cannot be opened, only files of this computer</source>
        <translation>无法打开网址，只能打开本机上的文件</translation>
    </message>
    <message>
        <source>Drop to open {name}</source>
        <translation>松开以打开 {name}</translation>
    </message>
</context>
<context>
    <name>FileExport</name>
    <message>
        <source>Saved as {path}</source>
        <translation>已保存为 {path}</translation>
    </message>
    <message>
        <source>at {level} LUFS: louder, its peaks would clip</source>
        <translation>响度为 {level} LUFS：再响峰值就会削波</translation>
    </message>
    <message>
        <source>samples cut off at full scale: {count}</source>
        <translation>在满刻度处被削掉的采样数：{count}</translation>
    </message>
    <message>
        <source>its settings are not beside it: {reason}</source>
        <translation>旁边没有它的设置文件：{reason}</translation>
    </message>
    <message>
        <source>The export was cancelled; nothing was written.</source>
        <translation>导出已取消；未写入任何内容。</translation>
    </message>
</context>
<context>
    <name>FileImport</name>
    <message>
        <source>{name} is added to the LoRAs.</source>
        <translation>{name} 已加入 LoRA 列表。</translation>
    </message>
    <message>
        <source>There is no file on the clipboard; copy a sound or its settings first.</source>
        <translation>剪贴板上没有文件；请先复制一个声音或其设置。</translation>
    </message>
    <message>
        <source>without a prompt</source>
        <translation>无提示词</translation>
    </message>
    <message>
        <source>Fill in its settings</source>
        <translation>填入其设置</translation>
    </message>
    <message>
        <source>{name} was made by Tessera: {prompt}.

Fill in the settings that made it, or open its sound?</source>
        <translation>{name} 由 Tessera 生成：{prompt}。

要填入生成它的设置，还是打开其声音？</translation>
    </message>
    <message>
        <source>Open its sound</source>
        <translation>打开其声音</translation>
    </message>
    <message>
        <source>Open {name}</source>
        <translation>打开 {name}</translation>
    </message>
    <message>
        <source>The settings of {name} are filled in.</source>
        <translation>已填入 {name} 的设置。</translation>
    </message>
    <message>
        <source>The sound it started from is not here.</source>
        <translation>它所用的起始声音不在这里。</translation>
    </message>
    <message>
        <source>Its model lies on a network; the bundled one stands in.</source>
        <translation>其模型位于网络上；改用自带模型。</translation>
    </message>
    <message>
        <source>A LoRA that it used is not here.</source>
        <translation>它用到的一个 LoRA 不在这里。</translation>
    </message>
    <message>
        <source>The recording that it was made of is not here.</source>
        <translation>它所用的录音不在这里。</translation>
    </message>
    <message>
        <source>{name} is open: what you do not change of it stays as it is.</source>
        <translation>{name} 已打开：未改动的部分保持原样。</translation>
    </message>
</context>
<context>
    <name>FilterRow</name>
    <message>
        <source>Project</source>
        <translation>项目</translation>
    </message>
    <message>
        <source>Tag</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Show only the takes of a project; new takes go into it meanwhile</source>
        <translation>只显示某个项目的声音；此时新生成的声音会归入该项目</translation>
    </message>
    <message>
        <source>Show only takes with this tag</source>
        <translation>只显示带有此标签的声音</translation>
    </message>
    <message>
        <source>All projects</source>
        <translation>所有项目</translation>
    </message>
    <message>
        <source>All tags</source>
        <translation>所有标签</translation>
    </message>
</context>
<context>
    <name>GuideWindow</name>
    <message>
        <source>Guide</source>
        <translation>指南</translation>
    </message>
    <message>
        <source>Pages of the guide</source>
        <translation>指南的各页</translation>
    </message>
    <message>
        <source>Page</source>
        <translation>页面</translation>
    </message>
</context>
<context>
    <name>HelpCommands</name>
    <message>
        <source>The library</source>
        <translation>声音库</translation>
    </message>
    <message>
        <source>The details are on the clipboard.</source>
        <translation>详细信息已复制到剪贴板。</translation>
    </message>
    <message>
        <source>Looking for what is wrong; some seconds…</source>
        <translation>正在检查问题，需要几秒钟…</translation>
    </message>
    <message>
        <source>The diagnosis is on the clipboard.</source>
        <translation>诊断结果已复制到剪贴板。</translation>
    </message>
    <message>
        <source>Diagnosis</source>
        <translation>诊断</translation>
    </message>
    <message>
        <source>The diagnosis failed; the log may say why.</source>
        <translation>诊断失败，日志中可能有原因。</translation>
    </message>
    <message>
        <source>Third-party licences</source>
        <translation>第三方许可证</translation>
    </message>
    <message>
        <source>Tessera {version} makes sound of any length with AudioLDM models.
Apache License 2.0. Models come under licences of their own.</source>
        <translation>Tessera {version} 用 AudioLDM 模型生成任意长度的声音。
Apache License 2.0。各模型遵循其自身的许可证。</translation>
    </message>
    <message>
        <source>About Tessera</source>
        <translation>关于 Tessera</translation>
    </message>
</context>
<context>
    <name>HistoryPage</name>
    <message>
        <source>History</source>
        <translation>历史</translation>
    </message>
    <message>
        <source>Search prompts, notes and tags</source>
        <translation>搜索提示词、备注和标签</translation>
    </message>
    <message>
        <source>Search the history</source>
        <translation>搜索历史</translation>
    </message>
    <message>
        <source>Show only takes with a star</source>
        <translation>只显示加星的声音</translation>
    </message>
    <message>
        <source>Nothing is called that. Try fewer letters, or another word.</source>
        <translation>没有找到。请试试更少的字，或换一个词。</translation>
    </message>
    <message>
        <source>No take has this tag in this project. Choose another one above.</source>
        <translation>此项目中没有带此标签的声音。请在上方另选一个。</translation>
    </message>
    <message>
        <source>No take has a star yet. Give one to those that you want to find again.</source>
        <translation>还没有加星的声音。给想再找到的声音加上星标吧。</translation>
    </message>
    <message>
        <source>Every sound you make is kept here, with its settings.</source>
        <translation>你生成的每个声音都连同设置保存在这里。</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Compare with what is shown</source>
        <translation>与当前显示的比较</translation>
    </message>
    <message>
        <source>Add to the arrangement</source>
        <translation>添加到编排</translation>
    </message>
    <message>
        <source>Use these settings</source>
        <translation>使用这些设置</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Take the star away</source>
        <translation>去掉星标</translation>
    </message>
    <message>
        <source>Give it a star</source>
        <translation>加上星标</translation>
    </message>
    <message>
        <source>Write a note</source>
        <translation>写备注</translation>
    </message>
    <message>
        <source>Tags and project…</source>
        <translation>标签和项目…</translation>
    </message>
    <message>
        <source>Delete {n} takes</source>
        <translation>删除 {n} 个声音</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
</context>
<context>
    <name>InputClipLamp</name>
    <message>
        <source>Lights when the input reaches full scale</source>
        <translation>输入达到满刻度时亮起</translation>
    </message>
    <message>
        <source>The input has reached full scale, where the device cuts it off: turn its level down, in the system or at the device. A click puts the lamp out</source>
        <translation>输入达到了满刻度，设备会把超出的部分削去：请在系统或设备上调低电平。点击可将指示灯熄灭</translation>
    </message>
</context>
<context>
    <name>InputLevelMeter</name>
    <message>
        <source>Peak and mean level of what comes in</source>
        <translation>输入的峰值和平均电平</translation>
    </message>
    <message>
        <source>Level of what comes in: above its peak, below its mean (root mean square of 300 ms), from −60 to 0 dB of full scale. The loudest moments should stay between −12 and −6 dB</source>
        <translation>输入的电平：上方为峰值，下方为平均值（300 毫秒的均方根），范围为满刻度的 −60 到 0 dB。最响的部分应保持在 −12 到 −6 dB 之间</translation>
    </message>
</context>
<context>
    <name>KeptMenu</name>
    <message>
        <source>&amp;Kept arrangements</source>
        <translation>保存的编排(&amp;K)</translation>
    </message>
    <message>
        <source>Without layers</source>
        <translation>没有图层</translation>
    </message>
</context>
<context>
    <name>LabelsDialog</name>
    <message>
        <source>Tags and project</source>
        <translation>标签和项目</translation>
    </message>
    <message>
        <source>Such as drums, dark, for the intro</source>
        <translation>例如：鼓, 低沉, 用于前奏</translation>
    </message>
    <message>
        <source>Several projects, which stay as they are</source>
        <translation>属于多个项目，保持不变</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Tags, separated by commas</source>
        <translation>标签，以逗号分隔</translation>
    </message>
    <message>
        <source>These {n} takes all get what is written here; other tags stay.</source>
        <translation>这 {n} 个声音都会得到此处所写的内容；其他标签保持不变。</translation>
    </message>
    <message>
        <source>Project</source>
        <translation>项目</translation>
    </message>
    <message>
        <source>The search and the lists above the history find takes by it</source>
        <translation>历史记录上方的搜索和列表可据此找到声音</translation>
    </message>
</context>
<context>
    <name>LaneCanvas</name>
    <message>
        <source>Layers</source>
        <translation>图层</translation>
    </message>
</context>
<context>
    <name>LaneEditor</name>
    <message>
        <source>Prompt from here on</source>
        <translation>从这里起的提示词</translation>
    </message>
    <message>
        <source>What to hear from here on</source>
        <translation>从这里起要听到什么</translation>
    </message>
</context>
<context>
    <name>LaneMenu</name>
    <message>
        <source>Another prompt from {time} on</source>
        <translation>从 {time} 起另加提示词</translation>
    </message>
    <message>
        <source>Change the text</source>
        <translation>修改文字</translation>
    </message>
    <message>
        <source>Take the prompt out</source>
        <translation>去掉这个提示词</translation>
    </message>
</context>
<context>
    <name>LayerActions</name>
    <message>
        <source>Choose &amp;all layers</source>
        <translation>选择所有图层(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Split at the play head</source>
        <translation>在播放头处分开(&amp;S)</translation>
    </message>
    <message>
        <source>Split the chosen layers at the play head; without one, all that are there</source>
        <translation>在播放头处分开选中的图层；没有选中时，分开那里的所有图层</translation>
    </message>
    <message>
        <source>&amp;Duplicate</source>
        <translation>复制(&amp;D)</translation>
    </message>
    <message>
        <source>Remo&amp;ve</source>
        <translation>移除(&amp;V)</translation>
    </message>
    <message>
        <source>Take the layers away; their takes stay in the history</source>
        <translation>移走图层；它们的声音条目留在历史中</translation>
    </message>
    <message>
        <source>Re&amp;peat</source>
        <translation>重复(&amp;P)</translation>
    </message>
    <message>
        <source>Play it again and again; drag its right edge to say how long</source>
        <translation>反复播放；拖动右边缘决定多长</translation>
    </message>
    <message>
        <source>&amp;Mute</source>
        <translation>静音(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Open the sound</source>
        <translation>打开声音(&amp;O)</translation>
    </message>
    <message>
        <source>Show its take; what you make of it there takes its place</source>
        <translation>显示它的声音条目；您在那里由它做出的声音会取代它</translation>
    </message>
    <message>
        <source>&amp;Generate again</source>
        <translation>重新生成(&amp;G)</translation>
    </message>
    <message>
        <source>Queue its request with another seed; the new take takes its place</source>
        <translation>用另一个种子把它的请求排入队列；新的条目会取代它</translation>
    </message>
    <message>
        <source>Mark t&amp;heir time</source>
        <translation>标记它们的时间(&amp;H)</translation>
    </message>
    <message>
        <source>Loop and Play the selection keep to it; once more takes the mark away</source>
        <translation>循环和播放选区只在这一段中进行；再按一次取消标记</translation>
    </message>
    <message>
        <source>&amp;Choose</source>
        <translation>选择(&amp;C)</translation>
    </message>
    <message>
        <source>Move and tr&amp;im</source>
        <translation>移动和修剪(&amp;I)</translation>
    </message>
    <message>
        <source>&amp;Fades and gain</source>
        <translation>淡入淡出和增益(&amp;F)</translation>
    </message>
    <message>
        <source>Next layer</source>
        <translation>下一个图层</translation>
    </message>
    <message>
        <source>Previous layer</source>
        <translation>上一个图层</translation>
    </message>
    <message>
        <source>Layer below</source>
        <translation>下方的图层</translation>
    </message>
    <message>
        <source>Layer above</source>
        <translation>上方的图层</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>推后</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>提前</translation>
    </message>
    <message>
        <source>Start later</source>
        <translation>开头推后</translation>
    </message>
    <message>
        <source>Start earlier</source>
        <translation>开头提前</translation>
    </message>
    <message>
        <source>End later</source>
        <translation>结尾推后</translation>
    </message>
    <message>
        <source>End earlier</source>
        <translation>结尾提前</translation>
    </message>
    <message>
        <source>To the track below</source>
        <translation>移到下面的轨道</translation>
    </message>
    <message>
        <source>To the track above</source>
        <translation>移到上面的轨道</translation>
    </message>
    <message>
        <source>Longer fade in</source>
        <translation>更长的淡入</translation>
    </message>
    <message>
        <source>Shorter fade in</source>
        <translation>更短的淡入</translation>
    </message>
    <message>
        <source>Longer fade out</source>
        <translation>更长的淡出</translation>
    </message>
    <message>
        <source>Shorter fade out</source>
        <translation>更短的淡出</translation>
    </message>
    <message>
        <source>Louder</source>
        <translation>更响</translation>
    </message>
    <message>
        <source>Softer</source>
        <translation>更轻</translation>
    </message>
    <message>
        <source>As loud as it is (0 dB)</source>
        <translation>原来的响度 (0 dB)</translation>
    </message>
</context>
<context>
    <name>LevelMeter</name>
    <message>
        <source>Level meter</source>
        <translation>电平表</translation>
    </message>
    <message>
        <source>Peak and mean level of what is heard</source>
        <translation>所听声音的峰值与平均电平</translation>
    </message>
    <message>
        <source>Peak {left} dB left, {right} dB right, held {held} dB, mean {mean} dB</source>
        <translation>峰值左 {left} dB、右 {right} dB，保持 {held} dB，平均 {mean} dB</translation>
    </message>
    <message>
        <source>Level of what is heard, at the volume set here: above its peak, below its mean (root mean square of 300 ms), from −60 to 0 dB of full scale. The line is the highest peak of the last moments</source>
        <translation>所听声音在此音量下的电平：上为峰值，下为平均值（300 ms 的均方根），范围为满刻度的 −60 至 0 dB。竖线是刚才的最高峰值</translation>
    </message>
    <message>
        <source>Peak {peak} dB, held {held} dB, mean {mean} dB</source>
        <translation>峰值 {peak} dB，保持 {held} dB，平均 {mean} dB</translation>
    </message>
</context>
<context>
    <name>LibraryActions</name>
    <message>
        <source>&amp;Side bar</source>
        <translation>侧栏(&amp;S)</translation>
    </message>
    <message>
        <source>Show the &amp;queue</source>
        <translation>显示队列(&amp;Q)</translation>
    </message>
    <message>
        <source>Show the &amp;history</source>
        <translation>显示历史(&amp;H)</translation>
    </message>
    <message>
        <source>S&amp;earch the history</source>
        <translation>搜索历史(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Pause the queue</source>
        <translation>暂停队列(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Compare the last two takes</source>
        <translation>比较最近的两个声音(&amp;C)</translation>
    </message>
    <message>
        <source>Show what is being &amp;made</source>
        <translation>显示正在生成的声音(&amp;M)</translation>
    </message>
    <message>
        <source>Give or take the s&amp;tar</source>
        <translation>加上或去掉星标(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Use the settings of this take</source>
        <translation>使用这个声音的设置(&amp;U)</translation>
    </message>
    <message>
        <source>Ta&amp;gs and project…</source>
        <translation>标签和项目(&amp;G)…</translation>
    </message>
    <message>
        <source>Order the selected takes, or the one on show, by tags and a project</source>
        <translation>用标签和项目整理所选的声音或当前显示的声音</translation>
    </message>
    <message>
        <source>&amp;Bring back what was deleted</source>
        <translation>恢复删除的声音(&amp;B)</translation>
    </message>
    <message>
        <source>Show in &amp;folder</source>
        <translation>在文件夹中显示(&amp;F)</translation>
    </message>
    <message>
        <source>Open the folder in which this take is kept: its sound, picture and settings</source>
        <translation>打开保存此声音的文件夹：其中有音频、图片和设置</translation>
    </message>
    <message>
        <source>Play the &amp;next take</source>
        <translation>播放下一个声音(&amp;N)</translation>
    </message>
    <message>
        <source>Play the take below, as the history lists them</source>
        <translation>播放历史记录中下方的声音</translation>
    </message>
    <message>
        <source>Play the pre&amp;vious take</source>
        <translation>播放上一个声音(&amp;V)</translation>
    </message>
    <message>
        <source>Play the take above, as the history lists them</source>
        <translation>播放历史记录中上方的声音</translation>
    </message>
    <message>
        <source>Next variat&amp;ion</source>
        <translation>下一个变体(&amp;I)</translation>
    </message>
    <message>
        <source>Go on at the same place with the next take of the same group of variations</source>
        <translation>在同一位置继续播放同组变体的下一个声音</translation>
    </message>
    <message>
        <source>P&amp;revious variation</source>
        <translation>上一个变体(&amp;R)</translation>
    </message>
    <message>
        <source>Go on at the same place with the take before it in the group of variations</source>
        <translation>在同一位置继续播放同组变体的上一个声音</translation>
    </message>
    <message>
        <source>&amp;Arrow keys play takes</source>
        <translation>用方向键播放声音(&amp;A)</translation>
    </message>
    <message>
        <source>An arrow key in the history shows and plays the take that it chooses</source>
        <translation>在历史记录中，方向键会显示并播放它所选的声音</translation>
    </message>
</context>
<context>
    <name>LibraryPreferences</name>
    <message>
        <source>Library</source>
        <translation>声音库</translation>
    </message>
    <message>
        <source>Measuring…</source>
        <translation>正在统计…</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>更改…</translation>
    </message>
    <message>
        <source>Empty the trash…</source>
        <translation>清空回收站…</translation>
    </message>
    <message>
        <source>Open the library&apos;s folder</source>
        <translation>打开声音库文件夹</translation>
    </message>
    <message>
        <source>Change the library&apos;s folder</source>
        <translation>更改声音库文件夹</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Where every finished take is kept, with its settings</source>
        <translation>每个完成的声音及其设置都保存在这里</translation>
    </message>
    <message>
        <source>Disk use</source>
        <translation>磁盘占用</translation>
    </message>
    <message>
        <source>Deleted takes wait in the trash for a week, and can be brought back</source>
        <translation>已删除的声音会在回收站保留一周，期间可以恢复</translation>
    </message>
    <message>
        <source>{takes} · {trash} in the trash · {free} free</source>
        <translation>{takes} · 回收站 {trash} · 可用 {free}</translation>
    </message>
    <message>
        <source>{size} were freed.</source>
        <translation>已释放 {size}。</translation>
    </message>
    <message>
        <source>A folder for the library</source>
        <translation>声音库文件夹</translation>
    </message>
    <message>
        <source>After the next start takes are kept there. Those of the old folder stay in it: move its contents along to keep them in the history.</source>
        <translation>下次启动后声音将保存在那里。旧文件夹中的声音仍留在原处：若要在历史记录中保留它们，请把其内容一并移过去。</translation>
    </message>
    <message>
        <source>Deleted takes cannot be brought back afterwards. Empty the trash?</source>
        <translation>清空后已删除的声音将无法恢复。要清空回收站吗？</translation>
    </message>
    <message>
        <source>Empty the trash</source>
        <translation>清空回收站</translation>
    </message>
</context>
<context>
    <name>LibraryTexts</name>
    <message>
        <source>The library&apos;s database was damaged. It was rebuilt from the folders of your takes, and its queue as far as that could be read. The damaged one is kept as {name}.</source>
        <translation>声音库的数据库已损坏。已根据各个声音的文件夹重建，队列也在可读取的范围内恢复。损坏的数据库保留为 {name}。</translation>
    </message>
    <message>
        <source>Requests of the queue that could not be read: {count}.</source>
        <translation>队列中无法读取的请求：{count} 个。</translation>
    </message>
    <message>
        <source>These takes cannot be read and are left out; their files stay:</source>
        <translation>以下声音无法读取，已略过；其文件保持原样：</translation>
    </message>
    <message>
        <source>and {count} more</source>
        <translation>以及另外 {count} 处</translation>
    </message>
    <message>
        <source>{name}: {reason}</source>
        <translation>{name}：{reason}</translation>
    </message>
    <message>
        <source>{name}: {reason} ({detail})</source>
        <translation>{name}：{reason}（{detail}）</translation>
    </message>
    <message>
        <source>the name of its folder cannot be used</source>
        <translation>其文件夹的名称无法使用</translation>
    </message>
    <message>
        <source>its request.json cannot be opened</source>
        <translation>其 request.json 无法打开</translation>
    </message>
    <message>
        <source>its request.json is damaged, or a newer Tessera made it</source>
        <translation>其 request.json 已损坏，或由更新版本的 Tessera 制作</translation>
    </message>
    <message>
        <source>its files cannot be looked at</source>
        <translation>其文件无法查看</translation>
    </message>
    <message>
        <source>its entry in the database is damaged</source>
        <translation>其在数据库中的条目已损坏</translation>
    </message>
</context>
<context>
    <name>LoraField</name>
    <message>
        <source>Add a LoRA…</source>
        <translation>添加 LoRA…</translation>
    </message>
    <message>
        <source>Add the folder of a LoRA</source>
        <translation>添加一个 LoRA 文件夹</translation>
    </message>
    <message>
        <source>LoRAs (*.safetensors *.bin *.pt *.pth *.ckpt);;All files (*)</source>
        <translation>LoRA (*.safetensors *.bin *.pt *.pth *.ckpt);;所有文件 (*)</translation>
    </message>
    <message>
        <source>A LoRA for this model</source>
        <translation>用于此模型的 LoRA</translation>
    </message>
    <message>
        <source>A folder with a LoRA for this model</source>
        <translation>含有用于此模型的 LoRA 的文件夹</translation>
    </message>
</context>
<context>
    <name>LoraRow</name>
    <message>
        <source>Weight of {name}</source>
        <translation>{name} 的权重</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>移除 {name}</translation>
    </message>
</context>
<context>
    <name>LoudnessReadOut</name>
    <message>
        <source>Selection: {level}</source>
        <translation>选区：{level}</translation>
    </message>
    <message>
        <source>Whole sound: {level}</source>
        <translation>整段声音：{level}</translation>
    </message>
    <message>
        <source>Measured by ITU-R BS.1770-4</source>
        <translation>按 ITU-R BS.1770-4 测量</translation>
    </message>
    <message>
        <source>not known yet</source>
        <translation>尚未测得</translation>
    </message>
    <message>
        <source>Loudness: {text}</source>
        <translation>响度：{text}</translation>
    </message>
    <message>
        <source>silence</source>
        <translation>静音</translation>
    </message>
    <message>
        <source>integrated {lufs} LUFS, loudest 400 ms {momentary} LUFS, true peak {peak} dBTP</source>
        <translation>综合响度 {lufs} LUFS，最响的 400 ms {momentary} LUFS，真峰值 {peak} dBTP</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Sounds that could not be written to the library: {count}.

Tessera tries once more as it closes, and what still cannot be written is lost. To keep them, answer No, and export them or make room on the disk.

Close all the same?</source>
        <translation>未能写入声音库的声音：{count} 个。

Tessera 关闭时会再尝试一次，仍无法写入的声音将会丢失。如要保留，请选择“否”，然后导出这些声音或释放磁盘空间。

仍要关闭吗？</translation>
    </message>
    <message>
        <source>Close Tessera</source>
        <translation>关闭 Tessera</translation>
    </message>
</context>
<context>
    <name>MarkerActions</name>
    <message>
        <source>&amp;Set a marker</source>
        <translation>设置标记(&amp;S)</translation>
    </message>
    <message>
        <source>At the play head, also while it moves</source>
        <translation>在播放头处设置，播放时也可以</translation>
    </message>
    <message>
        <source>Set a &amp;marker here</source>
        <translation>在此处设置标记(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Name the marker…</source>
        <translation>命名标记(&amp;N)…</translation>
    </message>
    <message>
        <source>The marker that was set, clicked or gone to last</source>
        <translation>最近设置、点击或跳转到的标记</translation>
    </message>
    <message>
        <source>&amp;Move the marker to the play head</source>
        <translation>把标记移到播放头(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Remove the marker</source>
        <translation>移除标记(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Previous marker</source>
        <translation>上一个标记(&amp;P)</translation>
    </message>
    <message>
        <source>N&amp;ext marker</source>
        <translation>下一个标记(&amp;E)</translation>
    </message>
    <message>
        <source>Select &amp;between markers</source>
        <translation>选择标记之间(&amp;B)</translation>
    </message>
    <message>
        <source>Select from the marker before the play head to the one after it</source>
        <translation>从播放头之前的标记选到之后的标记</translation>
    </message>
    <message>
        <source>Mar&amp;kers</source>
        <translation>标记(&amp;K)</translation>
    </message>
    <message>
        <source>What is at {time}</source>
        <translation>{time} 处是什么</translation>
    </message>
    <message>
        <source>Name of the marker</source>
        <translation>标记的名称</translation>
    </message>
    <message>
        <source>Marker {number}</source>
        <translation>标记 {number}</translation>
    </message>
    <message>
        <source>({key} names it.)</source>
        <translation>（按 {key} 命名。）</translation>
    </message>
    <message>
        <source>Marker</source>
        <translation>标记</translation>
    </message>
    <message>
        <source>{name} at {time}</source>
        <translation>{name}，位于 {time}</translation>
    </message>
    <message>
        <source>There is no marker there.</source>
        <translation>那边没有标记。</translation>
    </message>
</context>
<context>
    <name>ModelChoice</name>
    <message>
        <source>Bundled model</source>
        <translation>自带模型</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>选择文件夹…</translation>
    </message>
    <message>
        <source>From the hub…</source>
        <translation>从模型库下载…</translation>
    </message>
    <message>
        <source>All models…</source>
        <translation>所有模型…</translation>
    </message>
    <message>
        <source>A folder with an AudioLDM model in diffusers&apos; format</source>
        <translation>包含 diffusers 格式 AudioLDM 模型的文件夹</translation>
    </message>
    <message>
        <source>Name of the model, for example cvssp/audioldm-s-full-v2</source>
        <translation>模型名称，例如 cvssp/audioldm-s-full-v2</translation>
    </message>
    <message>
        <source>A model from the hub</source>
        <translation>模型库中的模型</translation>
    </message>
</context>
<context>
    <name>ModelDetails</name>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>What its authors say</source>
        <translation>作者的说明</translation>
    </message>
    <message>
        <source>Use this model</source>
        <translation>使用此模型</translation>
    </message>
    <message>
        <source>Cancel the download</source>
        <translation>取消下载</translation>
    </message>
    <message>
        <source>Remove from disk…</source>
        <translation>从磁盘移除…</translation>
    </message>
    <message>
        <source>Take off the list</source>
        <translation>从列表中去掉</translation>
    </message>
    <message>
        <source>Makes the next sounds with it.</source>
        <translation>用它生成之后的声音。</translation>
    </message>
    <message>
        <source>Convert…</source>
        <translation>转换…</translation>
    </message>
    <message>
        <source>What is written, and where, is shown first.</source>
        <translation>会先说明写入什么以及写到哪里。</translation>
    </message>
    <message>
        <source>Size and licence are shown first.</source>
        <translation>会先显示大小和许可。</translation>
    </message>
    <message>
        <source>What has arrived is kept, and gone on with later.</source>
        <translation>已下载的部分会保留，之后可继续。</translation>
    </message>
    <message>
        <source>Deletes its files; it can be downloaded again.</source>
        <translation>删除其文件；可以重新下载。</translation>
    </message>
    <message>
        <source>The files of the folder stay where they are.</source>
        <translation>文件夹中的文件保持原样。</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>Go on with the download…</source>
        <translation>继续下载…</translation>
    </message>
    <message>
        <source>Download…</source>
        <translation>下载…</translation>
    </message>
    <message>
        <source>Cancel the conversion</source>
        <translation>取消转换</translation>
    </message>
    <message>
        <source>Asking the hub…</source>
        <translation>正在询问模型中心…</translation>
    </message>
    <message>
        <source>Reading the file…</source>
        <translation>正在读取文件…</translation>
    </message>
    <message>
        <source>{received} of {whole}</source>
        <translation>{received} / {whole}</translation>
    </message>
</context>
<context>
    <name>ModelImport</name>
    <message>
        <source>{name} is the chosen model.</source>
        <translation>已选用模型 {name}。</translation>
    </message>
    <message>
        <source>Converting {name}…</source>
        <translation>正在转换 {name}…</translation>
    </message>
    <message>
        <source>{name} is converted.</source>
        <translation>{name} 已转换。</translation>
    </message>
</context>
<context>
    <name>ModelManager</name>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>A folder with an AudioLDM model in diffusers&apos; format.</source>
        <translation>含有 diffusers 格式 AudioLDM 模型的文件夹。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Downloads take {size}.</source>
        <translation>下载内容占用 {size}。</translation>
    </message>
    <message>
        <source>Downloading…</source>
        <translation>正在下载…</translation>
    </message>
    <message>
        <source>Converting…</source>
        <translation>正在转换…</translation>
    </message>
    <message>
        <source>In use · {place}</source>
        <translation>使用中 · {place}</translation>
    </message>
    <message>
        <source>Used recently · {place}</source>
        <translation>最近使用 · {place}</translation>
    </message>
    <message>
        <source>A folder with an AudioLDM model in diffusers&apos; format</source>
        <translation>包含 diffusers 格式 AudioLDM 模型的文件夹</translation>
    </message>
    <message>
        <source>Download a model</source>
        <translation>下载模型</translation>
    </message>
    <message>
        <source>Delete the files of {model}? This frees {size}.</source>
        <translation>删除 {model} 的文件？将释放 {size}。</translation>
    </message>
    <message>
        <source>Remove a model</source>
        <translation>移除模型</translation>
    </message>
    <message>
        <source>Open this page in the browser?</source>
        <translation>打开此网页吗？</translation>
    </message>
    <message>
        <source>Open a link</source>
        <translation>打开链接</translation>
    </message>
</context>
<context>
    <name>ModelNotes</name>
    <message>
        <source>“{word}”</source>
        <translation>“{word}”</translation>
    </message>
    <message>
        <source>{model} reads English. It knows, for example, {names}.</source>
        <translation>{model} 只读得懂英文。它认识例如：{names}。</translation>
    </message>
    <message>
        <source>{model} does not know {words}. Nearest: {names}.</source>
        <translation>{model} 不认识{words}。最接近的是：{names}。</translation>
    </message>
    <message>
        <source>{model} does not know {words}. It knows, for example, {names}.</source>
        <translation>{model} 不认识{words}。它认识例如：{names}。</translation>
    </message>
    <message>
        <source> and </source>
        <translation>和</translation>
    </message>
</context>
<context>
    <name>ModelTexts</name>
    <message>
        <source>Cannot be used</source>
        <translation>无法使用</translation>
    </message>
    <message>
        <source>Came with Tessera · {size}</source>
        <translation>随 Tessera 附带 · {size}</translation>
    </message>
    <message>
        <source>Your folder · {size}</source>
        <translation>您的文件夹 · {size}</translation>
    </message>
    <message>
        <source>To be converted · {size}</source>
        <translation>待转换 · {size}</translation>
    </message>
    <message>
        <source>Converted copy · {size}</source>
        <translation>已转换的副本 · {size}</translation>
    </message>
    <message>
        <source>Downloaded · {size}</source>
        <translation>已下载 · {size}</translation>
    </message>
    <message>
        <source>In Hugging Face&apos;s cache · {size}</source>
        <translation>在 Hugging Face 的缓存中 · {size}</translation>
    </message>
    <message>
        <source>{size} of about {whole} downloaded</source>
        <translation>已下载 {size}，共约 {whole}</translation>
    </message>
    <message>
        <source>On the hub · about {whole}</source>
        <translation>在模型中心 · 约 {whole}</translation>
    </message>
    <message>
        <source>Licence: {licence}</source>
        <translation>许可：{licence}</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>Reads {count} tokens</source>
        <translation>读取 {count} 个词元</translation>
    </message>
    <message>
        <source>word order matters little</source>
        <translation>词序影响很小</translation>
    </message>
    <message>
        <source>no sound to start from</source>
        <translation>不能从声音开始</translation>
    </message>
    <message>
        <source>speaks a text</source>
        <translation>会朗读文字</translation>
    </message>
    <message>
        <source>sings lyrics</source>
        <translation>会演唱歌词</translation>
    </message>
    <message>
        <source>no edits of a band</source>
        <translation>不能只改一个频带</translation>
    </message>
    <message>
        <source>It reads the first {count} tokens (pieces of words) of a prompt.</source>
        <translation>它读取提示词的前 {count} 个词元（词的片段）。</translation>
    </message>
    <message>
        <source>It hears a prompt as a whole: the order of its words matters little.</source>
        <translation>它把提示词作为整体理解：词序影响很小。</translation>
    </message>
    <message>
        <source>It speaks a text, which has to fit into the length of the sounds that it was trained on; it makes none that are longer, or without an end.</source>
        <translation>它朗读一段文字，其时长不能超过它训练时所用声音的长度；它不生成更长的或无尽的声音。</translation>
    </message>
    <message>
        <source>It makes all frequencies of a selection again, not a band of them.</source>
        <translation>它会重新生成选区的全部频率，而不是其中一个频带。</translation>
    </message>
    <message>
        <source>It sings lyrics, in sounds that are no longer than those of its training.</source>
        <translation>它演唱歌词，声音的长度不能超过它训练时所用声音的长度。</translation>
    </message>
    <message>
        <source>It was distilled to few steps without guidance.</source>
        <translation>它经过蒸馏，只需少量步数，不用引导。</translation>
    </message>
    <message>
        <source>It cannot be told what to keep away from.</source>
        <translation>它无法接受要避开的内容。</translation>
    </message>
    <message>
        <source>It cannot start from a sound: it does not say how it measures sound.</source>
        <translation>它不能从声音开始：它没有说明如何度量声音。</translation>
    </message>
    <message>
        <source>{model} is a download of about {size} under the licence {licence}. Where its weights are pickles, they are then converted to safetensors; nothing of them is run.

Download it and agree to its licence?</source>
        <translation>{model} 需下载约 {size}，许可证为 {licence}。如果其权重是 pickle 文件，下载后会转换为 safetensors，不会运行其中的任何内容。

下载并同意其许可证吗？</translation>
    </message>
    <message>
        <source>Convert a model</source>
        <translation>转换模型</translation>
    </message>
    <message>
        <source>{model} keeps its weights as a pickle, which can run any program when it is opened. Tessera converts them once, without running anything of the file, into a copy of up to {size} in {folder}. The original stays as it is.

Convert it?</source>
        <translation>{model} 的权重保存为 pickle 文件，这种文件打开时可以运行任意程序。Tessera 只转换一次，不运行其中的任何内容，副本最大 {size}，保存在 {folder}。原文件保持不变。

要转换吗？</translation>
    </message>
    <message>
        <source>{number} GB</source>
        <translation>{number} GB</translation>
    </message>
    <message>
        <source>{number} MB</source>
        <translation>{number} MB</translation>
    </message>
</context>
<context>
    <name>Overview</name>
    <message>
        <source>Overview</source>
        <translation>总览</translation>
    </message>
    <message>
        <source>The whole sound. Drag the window to move along, its ends to zoom; double-click to see everything. Arrow keys move, + and - zoom.</source>
        <translation>完整声音。拖动窗口可移动，拖动两端可缩放；双击查看全部。方向键移动，+ 和 - 缩放。</translation>
    </message>
    <message>
        <source>{start} to {stop} of {length} is in sight.</source>
        <translation>可见范围：{start} 至 {stop}，全长 {length}。</translation>
    </message>
</context>
<context>
    <name>PictureActions</name>
    <message>
        <source>&amp;Mel, as the model sees it</source>
        <translation>梅尔（模型所见）(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Linear, measured</source>
        <translation>线性（实测）(&amp;L)</translation>
    </message>
    <message>
        <source>L&amp;ogarithmic, measured</source>
        <translation>对数（实测）(&amp;O)</translation>
    </message>
    <message>
        <source>{size} samples</source>
        <translation>{size} 个采样</translation>
    </message>
    <message>
        <source>O&amp;ff</source>
        <translation>关闭(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Below the spectrogram</source>
        <translation>在频谱图下方(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Instead of the spectrogram</source>
        <translation>代替频谱图(&amp;I)</translation>
    </message>
    <message>
        <source>Fre&amp;quencies</source>
        <translation>频率轴(&amp;Q)</translation>
    </message>
    <message>
        <source>FFT si&amp;ze</source>
        <translation>FFT 长度(&amp;Z)</translation>
    </message>
    <message>
        <source>&amp;Waveform</source>
        <translation>波形(&amp;W)</translation>
    </message>
</context>
<context>
    <name>PictureFields</name>
    <message>
        <source>Frequencies</source>
        <translation>频率轴</translation>
    </message>
    <message>
        <source>FFT size</source>
        <translation>FFT 长度</translation>
    </message>
    <message>
        <source>Waveform</source>
        <translation>波形</translation>
    </message>
</context>
<context>
    <name>PictureTexts</name>
    <message>
        <source>Mel, as the model sees it</source>
        <translation>梅尔（模型所见）</translation>
    </message>
    <message>
        <source>Linear, measured</source>
        <translation>线性（实测）</translation>
    </message>
    <message>
        <source>Logarithmic, measured</source>
        <translation>对数（实测）</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Below the spectrogram</source>
        <translation>在频谱图下方</translation>
    </message>
    <message>
        <source>Instead of the spectrogram</source>
        <translation>代替频谱图</translation>
    </message>
    <message>
        <source>One lane for each channel, over the same time; drags select in it, too.</source>
        <translation>每个声道一条，共用同一时间轴；也可在其中拖动选择。</translation>
    </message>
    <message>
        <source>Mel is the picture that the model works with, up to 8 kHz. The others are measured from the samples at their own rate, with all channels averaged.</source>
        <translation>梅尔是模型使用的频谱图，最高 8 kHz。其他两种由采样以其自身采样率测得，各声道取平均。</translation>
    </message>
    <message>
        <source>For the measured pictures; that of the model has a size of its own.</source>
        <translation>用于实测频谱图；模型的频谱图有自己的长度。</translation>
    </message>
    <message>
        <source>Long ones tell near frequencies apart, short ones near moments.</source>
        <translation>长的能分辨相近的频率，短的能分辨相近的时刻。</translation>
    </message>
    <message>
        <source>While a sound is being made there is only the model&apos;s own picture of it. The others come back when it is done.</source>
        <translation>声音生成期间只有模型自己的频谱图。完成后可再选其他频谱图。</translation>
    </message>
</context>
<context>
    <name>PlayActions</name>
    <message>
        <source>&amp;Loop</source>
        <translation>循环(&amp;L)</translation>
    </message>
    <message>
        <source>Play what is chosen, or the whole sound, again and again</source>
        <translation>循环播放选区或完整声音</translation>
    </message>
    <message>
        <source>Play the sele&amp;ction</source>
        <translation>播放选区(&amp;C)</translation>
    </message>
    <message>
        <source>Hear only the selected &amp;frequencies</source>
        <translation>只听选中的频率(&amp;F)</translation>
    </message>
    <message>
        <source>Leave out what is above and below the selection; drag with Ctrl to select it</source>
        <translation>略去选区上方和下方的频率；按住 Ctrl 拖动来选择</translation>
    </message>
</context>
<context>
    <name>PreferencesController</name>
    <message>
        <source>The library cannot be used. {reason}

Keep sounds in another folder from now on, those too that are not stored yet? Otherwise they stay in this window until it closes.</source>
        <translation>无法使用声音库。{reason}

从现在起将声音（包括尚未保存的）保存到另一个文件夹吗？否则它们只保留在此窗口中，直到窗口关闭。</translation>
    </message>
    <message>
        <source>The library</source>
        <translation>声音库</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>选择文件夹…</translation>
    </message>
    <message>
        <source>A folder for the library</source>
        <translation>声音库文件夹</translation>
    </message>
    <message>
        <source>Sounds are kept in {folder} from now on.</source>
        <translation>从现在起声音保存在 {folder}。</translation>
    </message>
</context>
<context>
    <name>PreferencesDialog</name>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Preferences</source>
        <translation>首选项</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>声音</translation>
    </message>
    <message>
        <source>Sound device</source>
        <translation>声音设备</translation>
    </message>
    <message>
        <source>What the studio plays through</source>
        <translation>播放声音所用的设备</translation>
    </message>
    <message>
        <source>Chosen for the device</source>
        <translation>根据设备自动选择</translation>
    </message>
    <message>
        <source>float32: exact, the most memory</source>
        <translation>float32：精确，占用内存最多</translation>
    </message>
    <message>
        <source>bfloat16: half the memory, a little less exact</source>
        <translation>bfloat16：内存减半，精度略低</translation>
    </message>
    <message>
        <source>float16: half the memory, for graphics cards</source>
        <translation>float16：内存减半，适用于显卡</translation>
    </message>
    <message>
        <source>float64: for measurements</source>
        <translation>float64：用于测量</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>引擎</translation>
    </message>
    <message>
        <source>Compute device</source>
        <translation>计算设备</translation>
    </message>
    <message>
        <source>Where the networks run</source>
        <translation>网络在哪里运行</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>精度</translation>
    </message>
    <message>
        <source>Of the prompt&apos;s reader, the denoiser and the vocoder</source>
        <translation>提示词编码器、去噪网络和声码器的精度</translation>
    </message>
    <message>
        <source>The fastest there is</source>
        <translation>最快的可用设备</translation>
    </message>
    <message>
        <source>The system&apos;s choice</source>
        <translation>由系统选择</translation>
    </message>
    <message>
        <source>{name} (not connected)</source>
        <translation>{name}（未连接）</translation>
    </message>
    <message>
        <source>This takes effect with the next sound.</source>
        <translation>从下一个声音开始生效。</translation>
    </message>
    <message>
        <source>This takes effect after the next start.</source>
        <translation>下次启动后生效。</translation>
    </message>
</context>
<context>
    <name>PromptLaneTexts</name>
    <message>
        <source>Prompts along time</source>
        <translation>沿时间的提示词</translation>
    </message>
    <message>
        <source>Prompts of the sound above, or, in a dashed frame, of the next take, whose length may be another. Double-click where another one should begin, click a text to change it, drag a border to move it. By keyboard: Insert adds, Enter edits, Left and Right choose, with Shift they move, Delete takes out.</source>
        <translation>上方声音的提示词；虚线框内则是下一个声音的提示词，其长度可能不同。在应当开始另一个提示词的地方双击，单击文字可修改，拖动边界可移动。用键盘：Insert 添加，Enter 修改，左右键选择，加 Shift 则移动，Delete 去掉。</translation>
    </message>
    <message>
        <source>Double-click where another prompt should begin</source>
        <translation>在应当开始另一个提示词的地方双击</translation>
    </message>
    <message>
        <source>without a prompt</source>
        <translation>无提示词</translation>
    </message>
    <message>
        <source>Next take, to {time}; {count} after it</source>
        <translation>下一个声音，到 {time}；其后还有 {count} 个</translation>
    </message>
    <message>
        <source>Next take</source>
        <translation>下一个声音</translation>
    </message>
    <message>
        <source>Next take, to {time}</source>
        <translation>下一个声音，到 {time}</translation>
    </message>
    <message>
        <source>{number} of {all}, from {start} to {stop}: {prompt}</source>
        <translation>第 {number} 个，共 {all} 个，从 {start} 到 {stop}：{prompt}</translation>
    </message>
</context>
<context>
    <name>PromptPanel</name>
    <message>
        <source>Engine</source>
        <translation>引擎</translation>
    </message>
</context>
<context>
    <name>QueuePage</name>
    <message>
        <source>Queue</source>
        <translation>队列</translation>
    </message>
    <message>
        <source>Nothing waits. Press Generate while a sound is made, and the next one queues.</source>
        <translation>没有等待的任务。生成时再按一次生成，下一个就会排队。</translation>
    </message>
    <message>
        <source>Pause the queue</source>
        <translation>暂停队列</translation>
    </message>
    <message>
        <source>Clear what ended</source>
        <translation>清除已结束的</translation>
    </message>
    <message>
        <source>Go on with the queue</source>
        <translation>继续队列</translation>
    </message>
    <message>
        <source>{n} waiting</source>
        <translation>{n} 个等待中</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Show it</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>上移</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>下移</translation>
    </message>
    <message>
        <source>Move to the front</source>
        <translation>移到最前</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Use these settings</source>
        <translation>使用这些设置</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Remove all {n} variations that wait</source>
        <translation>移除等待中的全部 {n} 个变体</translation>
    </message>
</context>
<context>
    <name>RecentMenu</name>
    <message>
        <source>&amp;Recent files</source>
        <translation>最近的文件(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Forget all</source>
        <translation>清除记录(&amp;F)</translation>
    </message>
</context>
<context>
    <name>RecordDialog</name>
    <message>
        <source>Record</source>
        <translation>录音</translation>
    </message>
    <message>
        <source>Look for inputs again</source>
        <translation>重新查找输入</translation>
    </message>
    <message>
        <source>Mono</source>
        <translation>单声道</translation>
    </message>
    <message>
        <source>Stereo</source>
        <translation>立体声</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Level, left or mono</source>
        <translation>电平，左声道或单声道</translation>
    </message>
    <message>
        <source>Level, right</source>
        <translation>电平，右声道</translation>
    </message>
    <message>
        <source>Length of the recording</source>
        <translation>录音长度</translation>
    </message>
    <message>
        <source>Stop and keep</source>
        <translation>停止并保留</translation>
    </message>
    <message>
        <source>Input</source>
        <translation>输入</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>声道</translation>
    </message>
    <message>
        <source>Mono takes the first channel; a microphone has one.</source>
        <translation>单声道取第一个声道；麦克风只有一个声道。</translation>
    </message>
    <message>
        <source>Pre-roll</source>
        <translation>预录</translation>
    </message>
    <message>
        <source>So much of what came before you began is recorded too, so that no beginning is missed: up to 5 s.</source>
        <translation>开始之前这么长的声音也会录下，以免错过开头：最多 5 秒。</translation>
    </message>
    <message>
        <source>The system&apos;s choice</source>
        <translation>系统默认</translation>
    </message>
    <message>
        <source>{name} (not connected)</source>
        <translation>{name}（未连接）</translation>
    </message>
    <message>
        <source>Discard…</source>
        <translation>丢弃…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>RecordingTexts</name>
    <message>
        <source>Opening the input…</source>
        <translation>正在打开输入…</translation>
    </message>
    <message>
        <source>Recording. Space ends and keeps it; Esc discards it, after asking.</source>
        <translation>正在录音。空格键结束并保留；Esc 询问后丢弃。</translation>
    </message>
    <message>
        <source>{device}: {rate} Hz, {channels}.</source>
        <translation>{device}：{rate} Hz，{channels}。</translation>
    </message>
    <message>
        <source>stereo</source>
        <translation>立体声</translation>
    </message>
    <message>
        <source>mono</source>
        <translation>单声道</translation>
    </message>
    <message>
        <source>It has one channel only.</source>
        <translation>它只有一个声道。</translation>
    </message>
    <message>
        <source>Nothing is recorded yet; Space begins.</source>
        <translation>尚未录音；空格键开始。</translation>
    </message>
    <message>
        <source>The sound input</source>
        <translation>声音输入</translation>
    </message>
    <message>
        <source>The sound library PortAudio is missing; on Debian and Ubuntu install libportaudio2 and start again.</source>
        <translation>缺少声音库 PortAudio；在 Debian 和 Ubuntu 上请安装 libportaudio2，然后重新启动。</translation>
    </message>
    <message>
        <source>No microphone or line input was found. Connect one: it appears here by itself. {permission}</source>
        <translation>没有找到麦克风或线路输入。请连接一个：它会自动出现在这里。{permission}</translation>
    </message>
    <message>
        <source>“{device}” cannot be opened. Another program may be using it: close that one, or choose another input. {permission}</source>
        <translation>无法打开“{device}”。可能有其他程序正在使用它：请关闭那个程序，或选择另一个输入。{permission}</translation>
    </message>
    <message>
        <source>The sound system does not answer. Connect the input again, or choose another one.</source>
        <translation>声音系统没有响应。请重新连接输入，或选择另一个。</translation>
    </message>
    <message>
        <source>“{device}” gives no sound any more. Connect it again, or choose another input.</source>
        <translation>“{device}”不再传来声音。请重新连接，或选择另一个输入。</translation>
    </message>
    <message>
        <source>The recording cannot be written. {detail}</source>
        <translation>无法写入录音。{detail}</translation>
    </message>
    <message>
        <source>Only silence comes from “{device}”. It may be muted. {permission}</source>
        <translation>“{device}”只传来静音。它可能被静音。{permission}</translation>
    </message>
    <message>
        <source>Or macOS does not let Tessera use it: allow that in System Settings &gt; Privacy &amp; Security &gt; Microphone, and start Tessera again.</source>
        <translation>也可能是 macOS 不允许 Tessera 使用它：请在“系统设置 &gt; 隐私与安全性 &gt; 麦克风”中允许，然后重新启动 Tessera。</translation>
    </message>
    <message>
        <source>Or Windows does not allow it: switch on Settings &gt; Privacy &amp; security &gt; Microphone &gt; Let desktop apps access your microphone.</source>
        <translation>也可能是 Windows 不允许使用它：请打开“设置 &gt; 隐私和安全性 &gt; 麦克风 &gt; 允许桌面应用访问你的麦克风”。</translation>
    </message>
    <message>
        <source>See the system&apos;s sound settings.</source>
        <translation>请查看系统的声音设置。</translation>
    </message>
    <message>
        <source>The computer did not keep up: sound is missing at {count} places. Close other programs that keep it busy.</source>
        <translation>电脑来不及处理：有 {count} 处缺少声音。请关闭占用电脑的其他程序。</translation>
    </message>
    <message>
        <source>Peak {held} dB</source>
        <translation>峰值 {held} dB</translation>
    </message>
    <message>
        <source>Recording {moment}</source>
        <translation>录音 {moment}</translation>
    </message>
    <message>
        <source>Opening {name}…</source>
        <translation>正在打开 {name}…</translation>
    </message>
    <message>
        <source>{name} is recorded: {length}.</source>
        <translation>{name} 已录好：{length}。</translation>
    </message>
    <message>
        <source>What was recorded until then, {length}, is kept.</source>
        <translation>此前录下的 {length} 已保留。</translation>
    </message>
    <message>
        <source>{name} was not finished when Tessera last ended. It is here again: {length}.</source>
        <translation>{name} 在 Tessera 上次结束时尚未完成，现已找回：{length}。</translation>
    </message>
    <message>
        <source>{reason} The recording stays in {folder}; the next start reads it.</source>
        <translation>{reason} 录音保留在 {folder} 中；下次启动时会再次读取。</translation>
    </message>
    <message>
        <source>Discard the recording? {length} were recorded; nothing of it is kept.</source>
        <translation>要丢弃录音吗？已录 {length}；丢弃后不会保留任何内容。</translation>
    </message>
</context>
<context>
    <name>RequestFields</name>
    <message>
        <source>church organ, slow chords</source>
        <translation>church organ, slow chords</translation>
    </message>
    <message>
        <source>Wish you have a good day.</source>
        <translation>Wish you have a good day.</translation>
    </message>
    <message>
        <source>noise, distortion</source>
        <translation>noise, distortion</translation>
    </message>
</context>
<context>
    <name>RequestTexts</name>
    <message>
        <source>Prompt</source>
        <translation>提示词</translation>
    </message>
    <message>
        <source>Spoken text</source>
        <translation>朗读文字</translation>
    </message>
    <message>
        <source>Lyrics</source>
        <translation>歌词</translation>
    </message>
    <message>
        <source>Tempo</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>调性</translation>
    </message>
    <message>
        <source>Beats in a bar</source>
        <translation>每小节拍数</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Keep away from</source>
        <translation>反向提示词</translation>
    </message>
    <message>
        <source>Duration</source>
        <translation>时长</translation>
    </message>
    <message>
        <source>Takes</source>
        <translation>数量</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>采样步数</translation>
    </message>
    <message>
        <source>Guidance</source>
        <translation>引导强度</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>Sampler</source>
        <translation>采样器</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>质量</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>电平</translation>
    </message>
    <message>
        <source>Start from a sound</source>
        <translation>从声音开始</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>LoRAs</source>
        <translation>LoRA</translation>
    </message>
    <message>
        <source>What to hear: what sounds, how, and where. Leave it empty for whatever the model comes up with. With several prompts along time, this is the first.</source>
        <translation>想听什么：什么在发声、怎样发声、在哪里。留空则由模型自由发挥。若沿时间排有多个提示词，这是第一个。</translation>
    </message>
    <message>
        <source>What is spoken, in English; the prompt says who speaks, and how. Phonemes (IPA) between slashes are read as they are: /wˈɪʃ juː ɐ ɡˈʊd dˈeɪ/.</source>
        <translation>要朗读的英文文字；提示词说明由谁、以何种方式朗读。写在斜线之间的音标（IPA）按原样读出：/wˈɪʃ juː ɐ ɡˈʊd dˈeɪ/。</translation>
    </message>
    <message>
        <source>What not to hear. It pulls the other way with the strength of the guidance; usually empty.</source>
        <translation>不想听到什么。它以引导的强度向相反方向拉；通常留空。</translation>
    </message>
    <message>
        <source>Length of the sound in seconds. Beyond the model&apos;s own window it is made of overlapping ones; time grows with it, memory hardly. 10 s is usual.</source>
        <translation>声音的长度（秒）。超过模型自身窗口时由重叠的窗口组成；耗时随之增长，内存几乎不变。通常为 10 秒。</translation>
    </message>
    <message>
        <source>How many sounds to make of this prompt, one after the other, each from another seed. Four are enough to choose from.</source>
        <translation>用此提示词依次生成多少个声音，每个使用不同的种子。四个就足以挑选。</translation>
    </message>
    <message>
        <source>What is sung, line by line, with marks such as [verse], [chorus] or [instrumental] before the lines. Leave it empty for music without a voice.</source>
        <translation>逐行写出要唱的歌词，可在歌词行前加 [verse]、[chorus] 或 [instrumental] 等标记。留空则为没有人声的音乐。</translation>
    </message>
    <message>
        <source>Beats a minute; 120 is usual.</source>
        <translation>每分钟拍数；通常为 120。</translation>
    </message>
    <message>
        <source>Key and scale, such as C major or A minor.</source>
        <translation>调与调式，例如 C major 或 A minor。</translation>
    </message>
    <message>
        <source>4 is usual, 3 is a waltz.</source>
        <translation>通常为 4；3 为华尔兹。</translation>
    </message>
    <message>
        <source>The language of the lyrics as a code: en is English, zh Chinese, ja Japanese.</source>
        <translation>歌词的语言代码：en 为英语，zh 为中文，ja 为日语。</translation>
    </message>
    <message>
        <source>How many times noise is taken out. More take longer in proportion; beyond 50 little changes, below 10 it stays rough. 25 is usual.</source>
        <translation>去噪的次数。次数越多，耗时成比例增加；超过 50 变化很小，低于 10 较粗糙。通常为 25。</translation>
    </message>
    <message>
        <source>How closely to keep to the prompt. Higher is clearer and harsher, lower freer and vaguer; 1 takes no notice of the prompt&apos;s opposite. 2 to 5 is usual.</source>
        <translation>贴近提示词的程度。越高越清晰也越生硬，越低越自由也越模糊；1 表示不使用反向提示。通常为 2 到 5。</translation>
    </message>
    <message>
        <source>Where chance begins. The same seed with the same settings gives the same sound; lock it to change one thing at a time.</source>
        <translation>随机的起点。相同的种子和设置得到相同的声音；锁定后可一次只改一处。</translation>
    </message>
    <message>
        <source>The way from noise to sound. DPM-Solver++ needs the fewest steps; DDIM is the classic, Heun takes twice as long a step. Another one gives another sound.</source>
        <translation>从噪声到声音的路径。DPM-Solver++ 所需步数最少；DDIM 最经典，Heun 每步耗时加倍。换一种会得到另一个声音。</translation>
    </message>
    <message>
        <source>A draft takes three tenths of the steps, with UniPC whichever sampler is chosen: enough to choose by. “Make in full” makes the same seed with all of them.</source>
        <translation>草稿只用十分之三的步数，不论选择哪种采样器都用 UniPC：足以用来挑选。“完整生成”用同一种子和全部步数再生成一次。</translation>
    </message>
    <message>
        <source>How loud the sound is made. As recommended, the bundled model&apos;s sounds come nearer to each other, and a quiet one stays quieter. A loudness in LUFS is met to about a decibel, as far as peaks allow; −16 is usual.</source>
        <translation>生成的声音有多响。按模型建议时，内置模型的各个声音响度更接近，轻声仍然较轻。以 LUFS 指定的响度误差约 1 dB，以峰值允许为限；通常为 −16。</translation>
    </message>
    <message>
        <source>Unchanged</source>
        <translation>不变</translation>
    </message>
    <message>
        <source>A sound to change instead of noise alone. The further the slider, the less of it stays; a half is usual.</source>
        <translation>在一段声音上修改，而不是从纯噪声开始。滑块越靠右，保留越少；通常为一半。</translation>
    </message>
    <message>
        <source>Which networks make the sound. The bundled one starts at once and knows a few dozen sounds; those of the hub are large and know far more.</source>
        <translation>用哪些网络生成声音。自带模型立即可用，认识几十种声音；模型中心的模型很大，认识的多得多。</translation>
    </message>
    <message>
        <source>Small files of changes that teach this model more. The weight is how strongly one counts: 1 as it was trained, 0 not at all. Each belongs to one model.</source>
        <translation>让此模型学到更多的小型改动文件。权重表示作用的强弱：1 与训练时相同，0 则不起作用。每个 LoRA 只属于一个模型。</translation>
    </message>
    <message>
        <source>Full</source>
        <translation>完整</translation>
    </message>
    <message>
        <source>Draft</source>
        <translation>草稿</translation>
    </message>
    <message>
        <source>Recommended</source>
        <translation>推荐</translation>
    </message>
    <message>
        <source>Euler ancestral</source>
        <translation>Euler ancestral（祖先采样）</translation>
    </message>
</context>
<context>
    <name>RunButton</name>
    <message>
        <source>  Generate</source>
        <translation>  生成</translation>
    </message>
    <message>
        <source>  Add to queue</source>
        <translation>  加入队列</translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation>Ctrl+Enter</translation>
    </message>
</context>
<context>
    <name>SampleActions</name>
    <message>
        <source>Lou&amp;der or softer…</source>
        <translation>更响或更轻(&amp;D)…</translation>
    </message>
    <message>
        <source>Amplify the selection, or its frequencies alone; without one, everything</source>
        <translation>放大选区，或仅放大其频率；没有选区时放大全部</translation>
    </message>
    <message>
        <source>Re&amp;move the selection</source>
        <translation>移除选区(&amp;M)</translation>
    </message>
    <message>
        <source>Leave silence where the selection was; of a band, leave what is around it</source>
        <translation>选区所在之处成为静音；若是频带，则保留其周围的声音</translation>
    </message>
    <message>
        <source>&amp;Normalise</source>
        <translation>标准化(&amp;N)</translation>
    </message>
    <message>
        <source>Bring the loudest sample to −1 dB of full scale</source>
        <translation>使最响的采样达到满刻度的 −1 dB</translation>
    </message>
    <message>
        <source>Fade &amp;in</source>
        <translation>淡入(&amp;I)</translation>
    </message>
    <message>
        <source>Fade &amp;out</source>
        <translation>淡出(&amp;O)</translation>
    </message>
    <message>
        <source>Re&amp;verse</source>
        <translation>反转(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Cut out the selection</source>
        <translation>剪去选区(&amp;C)</translation>
    </message>
    <message>
        <source>Cro&amp;p to the selection</source>
        <translation>裁剪到选区(&amp;P)</translation>
    </message>
    <message>
        <source>Insert &amp;silence…</source>
        <translation>插入静音(&amp;S)…</translation>
    </message>
    <message>
        <source>At the start of the selection, or at the play head</source>
        <translation>在选区的开头，或在播放头处</translation>
    </message>
    <message>
        <source>Change the &amp;samples</source>
        <translation>修改采样(&amp;S)</translation>
    </message>
    <message>
        <source> dB</source>
        <translation> dB</translation>
    </message>
    <message>
        <source>Decibels; below zero it gets softer</source>
        <translation>分贝；小于零时变轻</translation>
    </message>
    <message>
        <source>Louder or softer</source>
        <translation>更响或更轻</translation>
    </message>
    <message>
        <source>Seconds, or minutes and seconds as 1:30</source>
        <translation>秒数，或如 1:30 的分和秒</translation>
    </message>
    <message>
        <source>Insert silence</source>
        <translation>插入静音</translation>
    </message>
</context>
<context>
    <name>SeedField</name>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>Keep this seed</source>
        <translation>锁定此种子</translation>
    </message>
    <message>
        <source>The next take uses this seed again</source>
        <translation>下一次生成仍使用此种子</translation>
    </message>
    <message>
        <source>The next take draws a fresh seed; lock to repeat this one</source>
        <translation>下一次生成会抽取新种子；锁定即可重复当前种子</translation>
    </message>
</context>
<context>
    <name>SelectionActions</name>
    <message>
        <source>Select &amp;all</source>
        <translation>全选(&amp;A)</translation>
    </message>
    <message>
        <source>Select &amp;nothing</source>
        <translation>取消选择(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Keep it and select more</source>
        <translation>保留并选择更多(&amp;K)</translation>
    </message>
    <message>
        <source>Several stretches that are selected are made again in one edit</source>
        <translation>选中的多段会在一次编辑中重新生成</translation>
    </message>
    <message>
        <source>Drags choose &amp;frequencies too</source>
        <translation>拖动时同时选择频率(&amp;F)</translation>
    </message>
    <message>
        <source>Start at the play &amp;head</source>
        <translation>从播放头处开始(&amp;H)</translation>
    </message>
    <message>
        <source>End at the play h&amp;ead</source>
        <translation>到播放头处结束(&amp;E)</translation>
    </message>
    <message>
        <source>End later</source>
        <translation>结束点后移</translation>
    </message>
    <message>
        <source>End earlier</source>
        <translation>结束点前移</translation>
    </message>
    <message>
        <source>Start later</source>
        <translation>起始点后移</translation>
    </message>
    <message>
        <source>Start earlier</source>
        <translation>起始点前移</translation>
    </message>
    <message>
        <source>Upper frequency up</source>
        <translation>上限频率升高</translation>
    </message>
    <message>
        <source>Upper frequency down</source>
        <translation>上限频率降低</translation>
    </message>
    <message>
        <source>Lower frequency up</source>
        <translation>下限频率升高</translation>
    </message>
    <message>
        <source>Lower frequency down</source>
        <translation>下限频率降低</translation>
    </message>
    <message>
        <source>&amp;Move an edge</source>
        <translation>移动边界(&amp;M)</translation>
    </message>
</context>
<context>
    <name>SelectionBar</name>
    <message>
        <source>Commands for the selection</source>
        <translation>选区的命令</translation>
    </message>
    <message>
        <source>Play the selection</source>
        <translation>播放选区</translation>
    </message>
    <message>
        <source>Regenerate</source>
        <translation>重新生成</translation>
    </message>
    <message>
        <source>Zoom to the selection</source>
        <translation>缩放到选区</translation>
    </message>
    <message>
        <source>Select nothing</source>
        <translation>取消选择</translation>
    </message>
</context>
<context>
    <name>SelectionReadOut</name>
    <message>
        <source>Drag over the sound to choose a stretch, with Ctrl held its frequencies too. Drag an edge to move it, or press Shift and an arrow key; Esc chooses nothing.</source>
        <translation>在声音上拖动可选择一段，按住 Ctrl 可同时选择频率。拖动边界可移动它，也可按 Shift 加方向键；按 Esc 取消选择。</translation>
    </message>
    <message>
        <source>Selection: {text}</source>
        <translation>选区：{text}</translation>
    </message>
    <message>
        <source>{time} and {count} more</source>
        <translation>{time}，另有 {count} 段</translation>
    </message>
    <message>
        <source>{band}, heard alone</source>
        <translation>{band}，单独播放</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>{start} to {stop} ({length} s)</source>
        <translation>{start} 至 {stop}（{length} 秒）</translation>
    </message>
</context>
<context>
    <name>ShortcutEditor</name>
    <message>
        <source>Change keyboard shortcuts</source>
        <translation>更改键盘快捷键</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Search the commands</source>
        <translation>搜索命令</translation>
    </message>
    <message>
        <source>Click a field, or go there with Tab, and press the keys. Changes apply at once.</source>
        <translation>点击输入框，或按 Tab 移到那里，然后按下按键。更改立即生效。</translation>
    </message>
    <message>
        <source>Nothing is called like that.</source>
        <translation>没有这样的命令。</translation>
    </message>
    <message>
        <source>Commands and their keys</source>
        <translation>命令及其按键</translation>
    </message>
    <message>
        <source>Reset all</source>
        <translation>全部重置</translation>
    </message>
    <message>
        <source>All commands have their own keys again.</source>
        <translation>所有命令都已恢复默认按键。</translation>
    </message>
</context>
<context>
    <name>SideBar</name>
    <message>
        <source>Queue</source>
        <translation>队列</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史</translation>
    </message>
</context>
<context>
    <name>SongFields</name>
    <message>
        <source>[verse]
Soft notes in the morning</source>
        <translation>[verse]
清晨里轻柔的音符</translation>
    </message>
    <message>
        <source>As it likes</source>
        <translation>由模型决定</translation>
    </message>
</context>
<context>
    <name>SoundDeviceMenu</name>
    <message>
        <source>Sound &amp;device</source>
        <translation>声音设备(&amp;D)</translation>
    </message>
    <message>
        <source>The system&apos;s choice</source>
        <translation>由系统选择</translation>
    </message>
    <message>
        <source>{name} (not connected)</source>
        <translation>{name}（未连接）</translation>
    </message>
    <message>
        <source>&amp;Look for devices again</source>
        <translation>重新查找设备(&amp;L)</translation>
    </message>
    <message>
        <source>Looking for devices…</source>
        <translation>正在查找设备…</translation>
    </message>
    <message>
        <source>Find devices that were connected since the last look.</source>
        <translation>查找上次之后新连接的设备。</translation>
    </message>
</context>
<context>
    <name>SourceField</name>
    <message>
        <source>Start from noise alone</source>
        <translation>只从噪声开始</translation>
    </message>
    <message>
        <source>How much of the sound may change</source>
        <translation>声音允许改变的程度</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>选择文件…</translation>
    </message>
    <message>
        <source>change {percent} %</source>
        <translation>改变 {percent} %</translation>
    </message>
    <message>
        <source>Sounds (*.wav *.flac *.ogg *.opus *.mp3 *.aiff *.aif);;All files (*)</source>
        <translation>声音 (*.wav *.flac *.ogg *.opus *.mp3 *.aiff *.aif);;所有文件 (*)</translation>
    </message>
    <message>
        <source>A sound to start from</source>
        <translation>作为起点的声音</translation>
    </message>
</context>
<context>
    <name>SourceTexts</name>
    <message>
        <source>{length} · {rate} kHz · {channels} · as the model will hear it</source>
        <translation>{length} · {rate} kHz · {channels} · 即模型所听到的</translation>
    </message>
    <message>
        <source>{seconds} s are missing: cut off or damaged</source>
        <translation>缺少 {seconds} 秒：文件被截断或已损坏</translation>
    </message>
    <message>
        <source>its channels cancel each other out</source>
        <translation>各声道相互抵消</translation>
    </message>
    <message>
        <source>mono</source>
        <translation>单声道</translation>
    </message>
    <message>
        <source>stereo</source>
        <translation>立体声</translation>
    </message>
    <message>
        <source>{n} channels</source>
        <translation>{n} 声道</translation>
    </message>
</context>
<context>
    <name>SpectrogramView</name>
    <message>
        <source>Spectrogram</source>
        <translation>频谱图</translation>
    </message>
    <message>
        <source>{start} to {stop}, {low} to {high} Hz.</source>
        <translation>{start} 至 {stop}，{low} 至 {high} Hz。</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Progress of this part</source>
        <translation>当前阶段的进度</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>复制详细信息</translation>
    </message>
</context>
<context>
    <name>StatusTexts</name>
    <message>
        <source>Something went wrong that Tessera did not foresee. Your settings are still here; copy the details to report it.</source>
        <translation>发生了 Tessera 未预料到的错误。您的设置仍然保留；可复制详细信息以便报告。</translation>
    </message>
    <message>
        <source>Endless: {seconds} s ahead · this machine makes sound slower than it plays, so it pauses to buffer</source>
        <translation>无尽播放：已提前生成 {seconds} 秒 · 本机生成慢于播放，因此会暂停缓冲</translation>
    </message>
    <message>
        <source>Endless: {seconds} s ahead</source>
        <translation>无尽播放：已提前生成 {seconds} 秒</translation>
    </message>
    <message>
        <source>goes on to “{prompt}”</source>
        <translation>接下来是“{prompt}”</translation>
    </message>
    <message>
        <source>Tiles: {done} of {all}</source>
        <translation>已完成 {done}/{all} 块</translation>
    </message>
    <message>
        <source>tile {n}</source>
        <translation>第 {n} 块</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>剩余 {time}</translation>
    </message>
    <message>
        <source>Denoising, step {step} of {all}</source>
        <translation>正在去噪，第 {step}/{all} 步</translation>
    </message>
    <message>
        <source>Downloading the model</source>
        <translation>正在下载模型</translation>
    </message>
    <message>
        <source>Converting the weights</source>
        <translation>正在转换权重</translation>
    </message>
    <message>
        <source>Loading the model</source>
        <translation>正在加载模型</translation>
    </message>
    <message>
        <source>Reading the prompt</source>
        <translation>正在读取提示词</translation>
    </message>
    <message>
        <source>Reading the sound</source>
        <translation>正在读取声音</translation>
    </message>
    <message>
        <source>Denoising</source>
        <translation>正在去噪</translation>
    </message>
    <message>
        <source>Decoding tiles</source>
        <translation>正在解码分块</translation>
    </message>
    <message>
        <source>Making sound</source>
        <translation>正在合成声音</translation>
    </message>
    <message>
        <source>Writing the file</source>
        <translation>正在写入文件</translation>
    </message>
    <message>
        <source>heard after {time}</source>
        <translation>{time}后听到声音</translation>
    </message>
    <message>
        <source>Done in {time}</source>
        <translation>已完成，用时 {time}</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>就绪</translation>
    </message>
    <message>
        <source>a moment</source>
        <translation>片刻</translation>
    </message>
</context>
<context>
    <name>StopButton</name>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>  Cancel</source>
        <translation>  取消</translation>
    </message>
    <message>
        <source>  Stop</source>
        <translation>  停止</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <source>Stop, and keep all of it as a take (Esc)</source>
        <translation>停止，并把全部保存为一个声音 (Esc)</translation>
    </message>
    <message>
        <source>Cancelling…</source>
        <translation>正在取消…</translation>
    </message>
</context>
<context>
    <name>StudioTour</name>
    <message>
        <source>Say what to hear</source>
        <translation>说出想听的声音</translation>
    </message>
    <message>
        <source>Write a prompt in English and choose a length: any length will do. Ctrl+Enter generates, Esc stops.</source>
        <translation>用英文写下提示词并选择时长：长短不限。Ctrl+Enter 开始生成，Esc 停止。</translation>
    </message>
    <message>
        <source>Watch it appear</source>
        <translation>看着它逐块出现</translation>
    </message>
    <message>
        <source>The spectrogram appears tile by tile, and plays while it grows. Space plays and pauses, the wheel zooms, a drag selects a stretch. The right button shows all that can be done there.</source>
        <translation>频谱图逐块出现，边生成边播放。空格键播放和暂停，滚轮缩放，拖动选择一段。右键列出可在那里进行的所有操作。</translation>
    </message>
    <message>
        <source>Save it</source>
        <translation>保存声音</translation>
    </message>
    <message>
        <source>Every finished sound is kept for you. Export it as a file with its settings inside: drop the file here to get them back. F1 opens the guide.</source>
        <translation>每个完成的声音都会为您保存。导出的文件内含其设置：拖回这里即可恢复。按 F1 打开指南。</translation>
    </message>
</context>
<context>
    <name>TakeCommands</name>
    <message>
        <source>This folder cannot be shown: {folder}</source>
        <translation>无法显示此文件夹：{folder}</translation>
    </message>
</context>
<context>
    <name>TakeDetails</name>
    <message>
        <source>Add a note</source>
        <translation>添加备注</translation>
    </message>
    <message>
        <source>Notes on this take</source>
        <translation>这个声音的备注</translation>
    </message>
    <message>
        <source>Notes are searched along with the prompts</source>
        <translation>搜索提示词时也会搜索备注</translation>
    </message>
</context>
<context>
    <name>TakeTexts</name>
    <message>
        <source>Without a prompt</source>
        <translation>无提示词</translation>
    </message>
    <message>
        <source>its files are gone</source>
        <translation>文件已丢失</translation>
    </message>
    <message>
        <source>not saved</source>
        <translation>未保存</translation>
    </message>
    <message>
        <source>{length} · {state}</source>
        <translation>{length} · {state}</translation>
    </message>
    <message>
        <source>draft</source>
        <translation>草稿</translation>
    </message>
    <message>
        <source>continued by {length}</source>
        <translation>已续写 {length}</translation>
    </message>
    <message>
        <source>continued to the left by {length}</source>
        <translation>已向左续写 {length}</translation>
    </message>
    <message>
        <source>made loopable</source>
        <translation>已制成循环</translation>
    </message>
    <message>
        <source>{length} of silence inserted</source>
        <translation>插入了 {length} 静音</translation>
    </message>
    <message>
        <source>{count} stretches regenerated</source>
        <translation>重新生成了 {count} 段</translation>
    </message>
    <message>
        <source>removed {start} to {stop}</source>
        <translation>移除了 {start} 到 {stop}</translation>
    </message>
    <message>
        <source>and {count} more</source>
        <translation>及另外 {count} 处</translation>
    </message>
    <message>
        <source>regenerated {start} to {stop}</source>
        <translation>已重新生成 {start} 至 {stop}</translation>
    </message>
    <message>
        <source>{gain} dB from {start} to {stop}</source>
        <translation>{start} 到 {stop} {gain} dB</translation>
    </message>
    <message>
        <source>normalised {start} to {stop}</source>
        <translation>标准化了 {start} 到 {stop}</translation>
    </message>
    <message>
        <source>faded in {start} to {stop}</source>
        <translation>{start} 到 {stop} 淡入</translation>
    </message>
    <message>
        <source>faded out {start} to {stop}</source>
        <translation>{start} 到 {stop} 淡出</translation>
    </message>
    <message>
        <source>reversed {start} to {stop}</source>
        <translation>反转了 {start} 到 {stop}</translation>
    </message>
    <message>
        <source>cut out {start} to {stop}</source>
        <translation>剪去了 {start} 到 {stop}</translation>
    </message>
    <message>
        <source>cropped to {start} to {stop}</source>
        <translation>裁剪到 {start} 至 {stop}</translation>
    </message>
    <message>
        <source>recording: {file}</source>
        <translation>录音：{file}</translation>
    </message>
    <message>
        <source>{steps} steps · guidance {guidance} · seed {seed}</source>
        <translation>{steps} 步 · 引导强度 {guidance} · 种子 {seed}</translation>
    </message>
    <message>
        <source>level as the model makes it</source>
        <translation>电平保持模型的原样</translation>
    </message>
    <message>
        <source>{bpm} beats a minute</source>
        <translation>每分钟 {bpm} 拍</translation>
    </message>
    <message>
        <source>Variation {number} of {count}: {title} · {settings}</source>
        <translation>变体 {number}/{count}：{title} · {settings}</translation>
    </message>
    <message>
        <source>with a star</source>
        <translation>已加星</translation>
    </message>
    <message>
        <source>being made</source>
        <translation>正在生成</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>被中断</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>等待</translation>
    </message>
    <message>
        <source>without end</source>
        <translation>无尽</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} 秒</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>刚刚</translation>
    </message>
    <message>
        <source>{n} min ago</source>
        <translation>{n} 分钟前</translation>
    </message>
    <message>
        <source>{n} h ago</source>
        <translation>{n} 小时前</translation>
    </message>
    <message>
        <source>{n} d ago</source>
        <translation>{n} 天前</translation>
    </message>
</context>
<context>
    <name>TileLegend</name>
    <message>
        <source>tile {n}</source>
        <translation>第 {n} 块</translation>
    </message>
    <message>
        <source>Tiles: {counts}</source>
        <translation>分块：{counts}</translation>
    </message>
    <message>
        <source>{device}: {done} of {all}</source>
        <translation>{device}：{done}/{all}</translation>
    </message>
    <message>
        <source>group norm {done} of {all}</source>
        <translation>组归一化 {done}/{all}</translation>
    </message>
</context>
<context>
    <name>TileList</name>
    <message>
        <source>Tiles</source>
        <translation>分块</translation>
    </message>
    <message>
        <source>Enter shows a tile in the spectrogram.</source>
        <translation>按回车键在频谱图中显示该分块。</translation>
    </message>
    <message>
        <source>No tiles: nothing is being decoded.</source>
        <translation>没有分块：当前没有解码任务。</translation>
    </message>
    <message>
        <source>group norm {done} of {all}</source>
        <translation>组归一化 {done}/{all}</translation>
    </message>
</context>
<context>
    <name>TileTable</name>
    <message>
        <source>Tile</source>
        <translation>分块</translation>
    </message>
    <message>
        <source>From</source>
        <translation>起点</translation>
    </message>
    <message>
        <source>To</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Time taken</source>
        <translation>用时</translation>
    </message>
</context>
<context>
    <name>TileTexts</name>
    <message>
        <source>waiting</source>
        <translation>等待</translation>
    </message>
    <message>
        <source>running</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>parked</source>
        <translation>暂存</translation>
    </message>
    <message>
        <source>done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Tile {n} of {count}</source>
        <translation>第 {n}/{count} 块</translation>
    </message>
    <message>
        <source>{start} to {stop}</source>
        <translation>{start} 至 {stop}</translation>
    </message>
</context>
<context>
    <name>TimeRuler</name>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Click to go to a moment; drag to listen along. A drag with Shift marks what is repeated and played alone; a double click takes the mark away.</source>
        <translation>点击以跳到某一时刻；拖动以边走边听。按住 Shift 拖动可标记要循环和单独播放的一段；双击取消标记。</translation>
    </message>
    <message>
        <source>{start} to {stop} is in sight.</source>
        <translation>可见 {start} 到 {stop}。</translation>
    </message>
</context>
<context>
    <name>Tour</name>
    <message>
        <source>Skip</source>
        <translation>跳过</translation>
    </message>
    <message>
        <source>{number} of {all}</source>
        <translation>{number} / {all}</translation>
    </message>
    <message>
        <source>Begin</source>
        <translation>开始使用</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
</context>
<context>
    <name>TrackHeader</name>
    <message>
        <source>What the track is called</source>
        <translation>轨道的名称</translation>
    </message>
    <message>
        <source>M</source>
        <translation>M</translation>
    </message>
    <message>
        <source>Mute the track</source>
        <translation>使轨道静音</translation>
    </message>
    <message>
        <source>S</source>
        <translation>S</translation>
    </message>
    <message>
        <source>Hear the track alone</source>
        <translation>只听这条轨道</translation>
    </message>
    <message>
        <source>Name of {track}</source>
        <translation>{track}的名称</translation>
    </message>
    <message>
        <source>Mute {track}</source>
        <translation>使{track}静音</translation>
    </message>
    <message>
        <source>Hear {track} alone</source>
        <translation>只听{track}</translation>
    </message>
    <message>
        <source>Gain of {track}</source>
        <translation>{track}的增益</translation>
    </message>
    <message>
        <source>{level}; double-click for 0 dB</source>
        <translation>{level}；双击为 0 dB</translation>
    </message>
</context>
<context>
    <name>TransportBar</name>
    <message>
        <source>Volume</source>
        <translation>音量</translation>
    </message>
    <message>
        <source>Go to the start</source>
        <translation>转到开头</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>Go to the end</source>
        <translation>转到结尾</translation>
    </message>
    <message>
        <source>Play again and again (L)</source>
        <translation>循环播放 (L)</translation>
    </message>
    <message>
        <source>Record a sound (R)</source>
        <translation>录音 (R)</translation>
    </message>
    <message>
        <source>Choose the sound device</source>
        <translation>选择声音设备</translation>
    </message>
    <message>
        <source>Mute</source>
        <translation>静音</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Save the sound as a file (Ctrl+Shift+E)</source>
        <translation>将声音保存为文件 (Ctrl+Shift+E)</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Unmute</source>
        <translation>取消静音</translation>
    </message>
    <message>
        <source>Waiting for more sound…</source>
        <translation>正在等待更多声音…</translation>
    </message>
</context>
<context>
    <name>UndoBar</name>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Bring back what was deleted last</source>
        <translation>恢复最近删除的声音</translation>
    </message>
    <message>
        <source>Deleted “{title}”</source>
        <translation>已删除“{title}”</translation>
    </message>
    <message>
        <source>Deleted {n} takes</source>
        <translation>已删除 {n} 个声音</translation>
    </message>
</context>
<context>
    <name>VariationsDialog</name>
    <message>
        <source>Variations</source>
        <translation>变体</translation>
    </message>
    <message>
        <source>Prompts along time, as they are</source>
        <translation>按时间排列的提示词，保持不变</translation>
    </message>
    <message>
        <source>Such as 7, 20-23</source>
        <translation>例如 7, 20-23</translation>
    </message>
    <message>
        <source>Queue them</source>
        <translation>加入队列</translation>
    </message>
    <message>
        <source>One value or several, separated by commas.</source>
        <translation>一个或多个数值，以逗号分隔。</translation>
    </message>
    <message>
        <source>Prompts, one on each line</source>
        <translation>提示词，每行一个</translation>
    </message>
    <message>
        <source>Each prompt is combined with all values below.</source>
        <translation>每个提示词都会与下方所有数值组合。</translation>
    </message>
    <message>
        <source>How many seeds</source>
        <translation>种子数量</translation>
    </message>
    <message>
        <source>So many takes of each combination; all combinations have the same seeds.</source>
        <translation>每种组合生成这么多个声音；所有组合使用相同的种子。</translation>
    </message>
    <message>
        <source>Or these seeds</source>
        <translation>或指定种子</translation>
    </message>
    <message>
        <source>Seeds of your own, and ranges of them, in place of new ones.</source>
        <translation>用自己的种子或种子范围代替新种子。</translation>
    </message>
    <message>
        <source>One sampler or several.</source>
        <translation>一个或多个采样器。</translation>
    </message>
    <message>
        <source>How much of the sound may change: one value or several.</source>
        <translation>声音可以改变多少：一个或多个值。</translation>
    </message>
    <message>
        <source>Change, in per cent</source>
        <translation>改变，百分比</translation>
    </message>
    <message>
        <source>{n} takes of {length} each.</source>
        <translation>{n} 个声音，每个 {length}。</translation>
    </message>
    <message>
        <source>How long that takes shows after the first one.</source>
        <translation>所需时间会在第一个完成后显示。</translation>
    </message>
    <message>
        <source>Together they take about {time} here.</source>
        <translation>在本机共需约 {time}。</translation>
    </message>
</context>
<context>
    <name>ViewActions</name>
    <message>
        <source>Zoom to the &amp;selection</source>
        <translation>缩放到选区(&amp;S)</translation>
    </message>
    <message>
        <source>A step to the left</source>
        <translation>向左一步</translation>
    </message>
    <message>
        <source>A step to the right</source>
        <translation>向右一步</translation>
    </message>
    <message>
        <source>A page to the left</source>
        <translation>向左一页</translation>
    </message>
    <message>
        <source>A page to the right</source>
        <translation>向右一页</translation>
    </message>
    <message>
        <source>Zoom in here</source>
        <translation>在此处放大</translation>
    </message>
    <message>
        <source>Zoom out here</source>
        <translation>在此处缩小</translation>
    </message>
    <message>
        <source>List of &amp;tiles</source>
        <translation>分块列表(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Fit the levels to the sound</source>
        <translation>使电平适合声音(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Reset the levels</source>
        <translation>重置电平(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Move along</source>
        <translation>移动视图(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Colours</source>
        <translation>配色(&amp;C)</translation>
    </message>
    <message>
        <source>Fewer frequencies</source>
        <translation>更少的频率</translation>
    </message>
    <message>
        <source>More frequencies</source>
        <translation>更多的频率</translation>
    </message>
    <message>
        <source>Higher frequencies</source>
        <translation>更高的频率</translation>
    </message>
    <message>
        <source>Lower frequencies</source>
        <translation>更低的频率</translation>
    </message>
    <message>
        <source>&amp;Cividis</source>
        <translation>&amp;Cividis</translation>
    </message>
    <message>
        <source>&amp;Viridis</source>
        <translation>&amp;Viridis</translation>
    </message>
    <message>
        <source>&amp;Magma</source>
        <translation>&amp;Magma</translation>
    </message>
    <message>
        <source>&amp;Inferno</source>
        <translation>&amp;Inferno</translation>
    </message>
    <message>
        <source>&amp;Grey</source>
        <translation>灰度(&amp;G)</translation>
    </message>
</context>
<context>
    <name>ViewerHeader</name>
    <message>
        <source>Source</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Close the source; it stays chosen</source>
        <translation>关闭来源；它仍被选用</translation>
    </message>
    <message>
        <source>Show the tile grid (G)</source>
        <translation>显示分块网格 (G)</translation>
    </message>
    <message>
        <source>Frequencies, colours and levels</source>
        <translation>频率轴、颜色与电平</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Show the whole sound</source>
        <translation>显示完整声音</translation>
    </message>
</context>
<context>
    <name>ViewerPanel</name>
    <message>
        <source>Another prompt from the play head on (Ctrl+Shift+L)</source>
        <translation>从播放位置起另加提示词 (Ctrl+Shift+L)</translation>
    </message>
    <message>
        <source>Without a prompt</source>
        <translation>无提示词</translation>
    </message>
    <message>
        <source>grey: a sketch of the latents</source>
        <translation>灰色：潜变量的草图</translation>
    </message>
</context>
<context>
    <name>WaveformView</name>
    <message>
        <source>Waveform</source>
        <translation>波形</translation>
    </message>
    <message>
        <source>{start} to {stop}, {level} at most.</source>
        <translation>{start} 至 {stop}，最高 {level}。</translation>
    </message>
    <message>
        <source>silence</source>
        <translation>静音</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Say what you would like to hear.</source>
        <translation>说说您想听到什么。</translation>
    </message>
    <message>
        <source>Try the prompt {prompt}</source>
        <translation>试试提示词 {prompt}</translation>
    </message>
</context>
<context>
    <name>WindowCommands</name>
    <message>
        <source>Open a sound, its settings, or a model</source>
        <translation>打开声音、其设置或模型</translation>
    </message>
    <message>
        <source>Sounds, settings and models (*.wav *.flac *.ogg *.opus *.mp3 *.aiff *.aif *.json *.ckpt *.pth *.pt *.bin);;All files (*)</source>
        <translation>声音、设置和模型 (*.wav *.flac *.ogg *.opus *.mp3 *.aiff *.aif *.json *.ckpt *.pth *.pt *.bin);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Prompt of late</source>
        <translation>最近的提示词</translation>
    </message>
</context>
<context>
    <name>WindowTitle</name>
    <message>
        <source>Generating – {name}</source>
        <translation>正在生成 – {name}</translation>
    </message>
    <message>
        <source>{percent} % – {name}</source>
        <translation>{percent} % – {name}</translation>
    </message>
</context>
<context>
    <name>_Row</name>
    <message>
        <source>Keys for {name}</source>
        <translation>{name}的按键</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>重置</translation>
    </message>
    <message>
        <source>Reset {name}</source>
        <translation>重置{name}</translation>
    </message>
    <message>
        <source>{name} has no key now.</source>
        <translation>{name}现在没有按键。</translation>
    </message>
    <message>
        <source>{key} does: {name}.</source>
        <translation>{key} 现在执行：{name}。</translation>
    </message>
    <message>
        <source>{key} does: {name}. It was taken from: {other}.</source>
        <translation>{key} 现在执行：{name}。此键原属于：{other}。</translation>
    </message>
</context>
</TS>
