# Opens a session over one carrier in the PowerShell engine's host; dot-sourced by the scripts of the test.
param($Carrier, $Uri, $User, $Port, $Assembly)
$credential = [pscredential]::new($User, (ConvertTo-SecureString $env:NIGHTPOST_PASSWORD -AsPlainText -Force))
switch ($Carrier) {
    'WSMan' { $session = New-PSSession -ConnectionUri $Uri -Authentication Basic -Credential $credential -SkipCertificateCheck }
    'SSH' {
        # SSH_ASKPASS answers; a known_hosts file of the test's own.
        $session = New-PSSession -HostName 127.0.0.1 -Port $Port -UserName $User -Subsystem powershell -Options @{
            StrictHostKeyChecking = 'accept-new'; UserKnownHostsFile = $env:NIGHTPOST_KNOWN_HOSTS; LogLevel = 'ERROR'
            PreferredAuthentications = 'password'; NumberOfPasswordPrompts = '1'
        }
    }
    'WebSocket' {
        # The connector's own classes, as New-CsOnlineSession uses them.
        $null = [Reflection.Assembly]::LoadFrom($Assembly)
        $info = [Nightpost.Connector.ConnectionInfo]::new([uri] $Uri, $credential)
        $option = [System.Management.Automation.Remoting.PSSessionOption]::new()
        $option.SkipCACheck = $option.SkipCNCheck = $true
        $info.SetSessionOptions($option)
        $types = [Management.Automation.Runspaces.TypeTable]::LoadDefaultTypeFiles()
        $runspace = [runspacefactory]::CreateRunspace($info, $Host, $types)
        $opening = [Nightpost.Connector.Opening]::new($runspace)
        $runspace.OpenAsync()
        while (-not $opening.Wait(100)) { }
        if ($runspace.RunspaceStateInfo.State -ne 'Opened') { throw $runspace.RunspaceStateInfo.Reason }
        & { [CmdletBinding()] param($r) $script:session = [Management.Automation.Runspaces.PSSession]::Create($r, 'HTTPS', $PSCmdlet) } $runspace
    }
}
