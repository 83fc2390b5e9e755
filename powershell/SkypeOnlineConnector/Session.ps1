function New-CsOnlineSession {
    # .ExternalHelp SkypeOnlineConnector-help.xml
    [CmdletBinding()]
    [OutputType([Management.Automation.Runspaces.PSSession])]
    param(
        [Parameter(Position = 0)] [ValidateNotNull()] [Management.Automation.PSCredential] [Management.Automation.Credential()] $Credential,
        [string] $UserName,
        [string] $OverrideAdminDomain,
        [uri] $OverridePowerShellUri,
        [uri] $OverrideDiscoveryUri,
        [Management.Automation.Remoting.PSSessionOption] $SessionOption
    )
    if (-not $Credential) {
        $Credential = if ($UserName) { Get-Credential $UserName } else { Get-Credential }
        if (-not $Credential) { return }
    }
    $skip = $SessionOption -and $SessionOption.SkipCACheck
    $door = @{ Uri = $OverridePowerShellUri; Loopback = $false }
    if (-not $OverridePowerShellUri) {
        $PSCmdlet.WriteVerbose($script:text.DeterminingDomain)
        $domain = Get-AdminDomain $Credential.UserName $OverrideAdminDomain
        if (-not $domain -and -not $OverrideDiscoveryUri) {
            $PSCmdlet.ThrowTerminatingError((New-ConnectorError 'NoDomain' 'InvalidArgument' @($Credential.UserName) $Credential.UserName))
        }
        $PSCmdlet.WriteVerbose(($script:text.Discovering -f $domain))
        $door = Find-Door $domain $OverrideDiscoveryUri $skip
        if (-not $door) {
            $PSCmdlet.ThrowTerminatingError((New-ConnectorError 'DiscoveryFailed' 'ObjectNotFound' @($domain, ($script:tried -join '; ')) $domain))
        }
    }
    $uri = $door.Uri
    if (-not $uri.IsAbsoluteUri -or 'https', 'http' -notcontains $uri.Scheme) {
        $PSCmdlet.ThrowTerminatingError((New-ConnectorError 'BadUri' 'InvalidArgument' @("$uri") $uri))
    }
    if ($uri.Scheme -eq 'http' -and -not $uri.IsLoopback) {
        $PSCmdlet.ThrowTerminatingError((New-ConnectorError 'PlainHttp' 'SecurityError' @($uri) $uri))
    }
    $PSCmdlet.WriteVerbose(($script:text.Connecting -f $uri, (Get-TransportName)))
    if ($door.Loopback -and -not $skip) { $PSCmdlet.WriteWarning(($script:text.LoopbackCertificate -f $uri.Authority)) }
    $session = switch (Get-TransportName) {
        WebSocket { Open-WebSocketSession $PSCmdlet $uri $Credential $SessionOption $door.Loopback }
        WSMan { Open-WSManSession $PSCmdlet $uri $Credential $SessionOption }
        SSH { Open-SshSession $PSCmdlet $uri $Credential }
    }
    if (-not $session) { return }
    $arguments = @{ Credential = $Credential; OverridePowerShellUri = $uri }
    if ($SessionOption) { $arguments.SessionOption = $SessionOption }
    if ($door.Loopback) { $arguments = @{ Credential = $Credential; OverrideAdminDomain = 'localhost'; WarningAction = 'SilentlyContinue' } }
    $script:connections[$session.InstanceId] = $arguments
    Update-ImportedModule $session
    $PSCmdlet.WriteVerbose($script:text.Opened)
    $session
}

function Enable-CsOnlineSessionForReconnection {
    # .ExternalHelp SkypeOnlineConnector-help.xml
    [CmdletBinding()]
    param()
    $enabled = @(foreach ($module in Get-ImportedModule) { if (Enable-Reconnection $module) { $module } })
    if ($enabled.Count -eq 0) { $PSCmdlet.WriteWarning($script:text.NothingImported) }
}

# WinRM on Windows waited for the network by this; our servers need no such thing. Scripts that call it go on working.
function Set-WinRMNetworkDelayMS {
    # .ExternalHelp SkypeOnlineConnector-help.xml
    [CmdletBinding()]
    param([Parameter(Position = 0)] [string] $Value = '30000')
    $PSCmdlet.WriteVerbose(($script:text.NetworkDelay -f $Value))
}
