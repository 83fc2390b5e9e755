# Imported commands after a lost connection.

# How each session was opened: instance id -> arguments of New-CsOnlineSession. Lives as long as the console.
$script:connections = @{}

# The modules that Import-PSSession has made.
function Get-ImportedModule {
    Get-Module | Where-Object { $_.PrivateData -is [hashtable] -and $_.PrivateData.ContainsKey('ImplicitRemoting') -and $_.PrivateData['ImplicitRemoting'] }
}

# Gives the new session to imported commands whose session is gone: the line that failed works again, without Import-PSSession.
function Update-ImportedModule($Session) {
    foreach ($module in Get-ImportedModule) {
        & $module {
            param($new, $known)
            if ($script:PSSession -and $known.ContainsKey($script:PSSession.InstanceId) -and $script:PSSession.Runspace.RunspaceStateInfo.State -ne 'Opened') {
                Set-PSImplicitRemotingSession $new
            }
        } $Session $script:connections
    }
}

# A new session as the lost one was opened.
function Restore-Session($Lost) {
    $arguments = $script:connections[$Lost.InstanceId]
    $new = New-CsOnlineSession @arguments
    Remove-PSSession $Lost -ErrorAction SilentlyContinue
    $script:connections.Remove($Lost.InstanceId)
    $new
}

# Lets the imported commands of one module open their session again by themselves. Returns whether it has a session of ours.
function Enable-Reconnection($Module) {
    & $Module {
        param($known, $restore)
        if (-not $script:PSSession -or -not $known.ContainsKey($script:PSSession.InstanceId)) { return $false }
        $script:RestoreSession = $restore
        # In place of the function of Import-PSSession, which can only ask New-PSSession for a session, and for a password.
        function script:Get-PSImplicitRemotingSession {
            param([Parameter(Mandatory = $true, Position = 0)] [string] $commandName)
            if ($script:PSSession.Runspace.RunspaceStateInfo.State -ne 'Opened') {
                Set-PSImplicitRemotingSession -PSSession (& $script:RestoreSession $script:PSSession) -CreatedByModule $true
            }
            [Management.Automation.Runspaces.PSSession] $script:PSSession
        }
        $true
    } $script:connections { param($lost) Restore-Session $lost }
}
