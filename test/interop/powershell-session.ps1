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
        # The connector itself. The host has no Add-Type: the test has compiled the module's classes.
        $null = [Reflection.Assembly]::LoadFrom($Assembly)
        Import-Module ([IO.Path]::Combine($PSScriptRoot, '..', '..', 'powershell', 'SkypeOnlineConnector', 'SkypeOnlineConnector.psd1'))
        $option = [System.Management.Automation.Remoting.PSSessionOption]::new()
        $option.SkipCACheck = $option.SkipCNCheck = $true
        $session = New-CsOnlineSession -Credential $credential -OverridePowerShellUri $Uri -SessionOption $option
    }
}
