# Sessions over the three transports.

# WebSocket: PowerShell 7.3 and later, every system. WSMan: Windows PowerShell, and PowerShell 7 on Windows before 7.3. SSH: the rest.
function Get-TransportName {
    $version = $PSVersionTable.PSVersion
    if ($version.Major -gt 7 -or ($version.Major -eq 7 -and $version.Minor -ge 3)) { return 'WebSocket' }
    if ($version.Major -ge 6 -and -not $IsWindows) { return 'SSH' }
    'WSMan'
}

# The classes of WebSocketTransport.cs. Compiling takes a second or more, so the result is kept in a folder of the user, under a
# name that is the hash of the source and of the version it was compiled for.
function Import-TransportType {
    if ('Nightpost.Connector.ConnectionInfo' -as [type]) { return }
    $source = [IO.File]::ReadAllText([IO.Path]::Combine($PSScriptRoot, 'WebSocketTransport.cs'))
    $hash = [Security.Cryptography.SHA256]::HashData([Text.Encoding]::UTF8.GetBytes("$($PSVersionTable.PSVersion)`n$source"))
    $name = "transport-$([Convert]::ToHexString($hash).Substring(0, 32).ToLowerInvariant())"
    $folder = Get-CacheFolder
    if (-not $folder) { Build-Transport $source $null; return }
    $kept = [IO.Path]::Combine($folder, "$name.dll")
    if ([IO.File]::Exists($kept)) {
        try { $null = [Reflection.Assembly]::LoadFrom($kept); return }
        catch [BadImageFormatException] { [IO.File]::Delete($kept) }
    }
    # Two consoles may do this at once: each has a file of its own, and the last one stays.
    $own = [IO.Path]::Combine($folder, "$name.$PID.tmp")
    Build-Transport $source $own
    try { [IO.File]::Move($own, $kept, $true) } catch [IO.IOException] { [IO.File]::Delete($own) }
    $null = [Reflection.Assembly]::LoadFrom($kept)
}

# A folder that only the user can write to; nothing where there is none.
function Get-CacheFolder {
    $base = if ($env:XDG_CACHE_HOME) { $env:XDG_CACHE_HOME }
    elseif ($IsWindows) { [Environment]::GetFolderPath('LocalApplicationData') }
    elseif ($env:HOME) { [IO.Path]::Combine($env:HOME, '.cache') }
    if (-not $base) { return }
    $folder = [IO.Path]::Combine($base, 'nightpost', 'SkypeOnlineConnector')
    try {
        if ($IsWindows) { $null = [IO.Directory]::CreateDirectory($folder); return $folder }
        $null = [IO.Directory]::CreateDirectory($folder, [IO.UnixFileMode] 'UserRead, UserWrite, UserExecute')
        $open = [IO.File]::GetUnixFileMode($folder) -band [IO.UnixFileMode] 'GroupWrite, OtherWrite'
        if ($open -eq 0) { return $folder }
    }
    catch [UnauthorizedAccessException], [IO.IOException] { }
}

# Compiles into $Path, or into memory without it.
function Build-Transport([string] $Source, [string] $Path) {
    $ErrorActionPreference = 'Stop'
    if ([IO.Directory]::Exists([IO.Path]::Combine($PSHOME, 'ref'))) {
        if ($Path) { Add-Type -TypeDefinition $Source -OutputAssembly $Path -OutputType Library -ErrorAction Stop }
        else { Add-Type -TypeDefinition $Source -ErrorAction Stop }
        return
    }
    # Some builds of PowerShell come without the folder of reference assemblies that Add-Type wants; its compiler is there.
    Add-Type -AssemblyName Microsoft.CodeAnalysis.CSharp
    $references = foreach ($file in "$([AppContext]::GetData('TRUSTED_PLATFORM_ASSEMBLIES'))".Split([IO.Path]::PathSeparator)) {
        [Microsoft.CodeAnalysis.MetadataReference]::CreateFromFile($file)
    }
    $tree = [Microsoft.CodeAnalysis.CSharp.CSharpSyntaxTree]::ParseText($Source)
    $options = [Microsoft.CodeAnalysis.CSharp.CSharpCompilationOptions]::new([Microsoft.CodeAnalysis.OutputKind]::DynamicallyLinkedLibrary)
    $name = [IO.Path]::GetFileNameWithoutExtension("SkypeOnlineConnector.Transport.$PID")
    $compilation = [Microsoft.CodeAnalysis.CSharp.CSharpCompilation]::Create($name, [Microsoft.CodeAnalysis.SyntaxTree[]] @($tree),
        [Microsoft.CodeAnalysis.MetadataReference[]] @($references), $options)
    $image = [IO.MemoryStream]::new()
    $result = $compilation.Emit($image)
    if (-not $result.Success) { throw ($result.Diagnostics | Where-Object Severity -EQ 'Error' | Out-String) }
    if ($Path) { [IO.File]::WriteAllBytes($Path, $image.ToArray()) } else { $null = [Reflection.Assembly]::Load($image.ToArray()) }
}

# $Cmdlet is the $PSCmdlet of the advanced function: through it the session gets into Get-PSSession, and errors name the command typed.
function Open-WebSocketSession($Cmdlet, [uri] $Uri, [pscredential] $Credential, $SessionOption, [bool] $Loopback) {
    Import-TransportType
    $info = [Nightpost.Connector.ConnectionInfo]::new($Uri, $Credential)
    $info.TrustLoopback = $Loopback
    if ($SessionOption) { $info.SetSessionOptions($SessionOption) }
    # Without $Host questions of the server and Write-Host have no console.
    $types = [Management.Automation.Runspaces.TypeTable]::LoadDefaultTypeFiles()
    $runspace = [runspacefactory]::CreateRunspace($info, $Cmdlet.Host, $types)
    $opening = $null
    $open = $false
    try {
        $opening = [Nightpost.Connector.Opening]::new($runspace)
        # In steps, so that Ctrl+C works.
        while (-not $opening.Wait(100)) { }
        $open = $runspace.RunspaceStateInfo.State -eq 'Opened'
    }
    finally {
        if ($opening) { $opening.Dispose() }
        $reason = $runspace.RunspaceStateInfo.Reason
        if (-not $open) { $runspace.Dispose() }
    }
    if (-not $open) { $Cmdlet.ThrowTerminatingError((ConvertTo-ConnectorError $Uri $Credential.UserName $info.Failure $reason)) }
    [Management.Automation.Runspaces.PSSession]::Create($runspace, 'HTTPS', $Cmdlet)
}

function Open-WSManSession($Cmdlet, [uri] $Uri, [pscredential] $Credential, $SessionOption) {
    if (-not $SessionOption) { $SessionOption = New-PSSessionOption }
    # Compression spares little and is the part of WSMan that differs most between servers.
    $SessionOption.NoCompression = $true
    try {
        New-PSSession -ConnectionUri $Uri -Authentication Basic -Credential $Credential -SessionOption $SessionOption -AllowRedirection -ErrorAction Stop
    }
    catch [Management.Automation.Remoting.PSRemotingTransportException] {
        $Cmdlet.ThrowTerminatingError((ConvertTo-WSManError $Uri $Credential.UserName $_.Exception))
    }
}

# ssh asks for the password itself; a program of ours answers it. Everything is put back afterwards.
function Open-SshSession($Cmdlet, [uri] $Uri, [pscredential] $Credential, [int] $Port = 2222) {
    $Cmdlet.WriteWarning(($script:text.SshInstead -f $PSVersionTable.PSVersion, $Uri.Host, $Port))
    $program = [IO.Path]::Combine([IO.Path]::GetTempPath(), [IO.Path]::GetRandomFileName())
    $names = 'SSH_ASKPASS', 'SSH_ASKPASS_REQUIRE', 'NIGHTPOST_SSH_ANSWER'
    $before = @{}
    foreach ($name in $names) { $before[$name] = [Environment]::GetEnvironmentVariable($name) }
    try {
        [IO.File]::WriteAllText($program, "#!/bin/sh`nprintf '%s\n' `"`$NIGHTPOST_SSH_ANSWER`"`n")
        chmod 700 $program
        $env:SSH_ASKPASS = $program
        $env:SSH_ASKPASS_REQUIRE = 'force'
        $env:NIGHTPOST_SSH_ANSWER = $Credential.GetNetworkCredential().Password
        # An unknown host key would be asked through the same program, which would answer with the password, for ever.
        $options = @{ PreferredAuthentications = 'password'; NumberOfPasswordPrompts = '1'; StrictHostKeyChecking = 'accept-new' }
        New-PSSession -HostName $Uri.Host -Port $Port -UserName $Credential.UserName -Subsystem powershell -Options $options -ErrorAction Stop
    }
    catch [Management.Automation.Remoting.PSRemotingTransportException] {
        $Cmdlet.ThrowTerminatingError((New-ConnectorError 'SshFailed' 'OpenError' @($Uri.Host, $Port, $_.Exception.Message) $Uri $_.Exception))
    }
    finally {
        foreach ($name in $names) { [Environment]::SetEnvironmentVariable($name, $before[$name]) }
        [IO.File]::Delete($program)
    }
}
