# The connector of Nightpost. One file, one matter:
#   Discovery.ps1  from a user's domain to the address of the server
#   Transport.ps1  sessions over a WebSocket, WSMan or SSH
#   Errors.ps1     what an administrator reads when a session cannot be opened
#   Reconnect.ps1  imported commands after a lost connection
#   Session.ps1    the three commands
Set-StrictMode -Version 2.0
# A step that fails ends the command; nothing goes on with half of what it needs.
$ErrorActionPreference = 'Stop'
foreach ($part in 'Errors', 'Discovery', 'Transport', 'Reconnect', 'Session') { . ([IO.Path]::Combine($PSScriptRoot, "$part.ps1")) }
$script:text = Import-ConnectorText
Export-ModuleMember -Function New-CsOnlineSession, Enable-CsOnlineSessionForReconnection, Set-WinRMNetworkDelayMS
