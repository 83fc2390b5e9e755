# What an administrator does with the connector in one window, in a complete PowerShell; pwsh.test.ts compares what it puts out.
# The test ends and starts the server when this script says so: it writes "restart" and waits for a line.
param([string] $Module, [string] $Uri, [string] $User, [string] $NoRole)
$ErrorActionPreference = 'Continue'
Import-Module $Module
$option = New-PSSessionOption -SkipCACheck -SkipCNCheck
function Get-TestCredential([string] $Name, [string] $Password) { [pscredential]::new($Name, (ConvertTo-SecureString $Password -AsPlainText -Force)) }
$credential = Get-TestCredential $User $env:NIGHTPOST_PASSWORD
$to = @{ OverridePowerShellUri = $Uri; SessionOption = $option }

# Three texts for three refusals, and what the module refuses by itself.
function Show-Refusal([string] $Name, [scriptblock] $Line) {
    try { $null = & $Line; "${Name}: no error" }
    catch { "${Name}: $($_.FullyQualifiedErrorId) $($_.CategoryInfo.Category) $($_.Exception.Message -replace 'SHA-256 [0-9A-F]{64}', 'SHA-256 …' -replace ':\d+', '')" }
}
Show-Refusal 'password' { New-CsOnlineSession (Get-TestCredential $User 'certainly-wrong') @to }
Show-Refusal 'role' { New-CsOnlineSession (Get-TestCredential $NoRole $env:NIGHTPOST_PASSWORD_2) @to }
Show-Refusal 'certificate' { New-CsOnlineSession $credential -OverridePowerShellUri $Uri }
Show-Refusal 'plain' { New-CsOnlineSession $credential -OverridePowerShellUri http://example.com/OcsPowershell }
Show-Refusal 'path' { New-CsOnlineSession $credential -OverridePowerShellUri ($Uri -replace 'OcsPowershell', 'livez') -SessionOption $option }
Show-Refusal 'domain' { New-CsOnlineSession (Get-TestCredential 'admin' 'x') }

# The address from a domain: the root document, and a server on this computer whose certificate nobody knows.
$found = New-CsOnlineSession $credential -OverrideDiscoveryUri ($Uri -replace 'OcsPowershell$') -SessionOption $option
"discovered: $($found.State)"
Remove-PSSession $found
& (Get-Module SkypeOnlineConnector) { param($authority) $script:loopbackAuthorities = $authority } ([uri] $Uri).Authority
$local = New-CsOnlineSession $credential -WarningVariable warned -WarningAction SilentlyContinue
"loopback: $($local.State), $(@($warned).Count) warning"
Remove-PSSession $local

# Two services in one window.
$session = New-CsOnlineSession -Credential $credential @to
$null = Import-PSSession $session
$other = New-CsOnlineSession -Credential $credential @to
$null = Import-PSSession $other -Prefix Cc
"prefix: $(@(Get-CsTenant).Count) $(@(Get-CcCsTenant).Count) $((Get-PSSession | Where-Object Transport -EQ HTTPS).Count)"
Remove-PSSession $other
"one is left: $([bool] (Get-Command Get-CsTenant -ErrorAction Ignore)) $([bool] (Get-Command Get-CcCsTenant -ErrorAction Ignore))"

# Piped users.
$null = New-CsClientPolicy -Identity Piped
Get-CsOnlineUser -Filter {Department -eq 'Nowhere'} | Grant-CsClientPolicy -PolicyName Piped
"nobody: $(@(Get-CsOnlineUser -Filter {ClientPolicy -eq 'Piped'}).Count)"
Get-CsOnlineUser -Filter {Department -eq 'Sales'} | Grant-CsClientPolicy -PolicyName Piped
"granted: $(@(Get-CsOnlineUser -Filter {ClientPolicy -eq 'Piped'} | Where-Object Department -EQ Sales).Count -ge 1)"
Get-CsOnlineUser -Filter {ClientPolicy -eq 'Piped'} | Grant-CsClientPolicy -PolicyName $null
"taken: $(@(Get-CsOnlineUser -Filter {ClientPolicy -eq 'Piped'}).Count)"
Remove-CsClientPolicy Piped -Confirm:$false

# Ctrl+C in a command that takes long: the session stays usable.
$long = [powershell]::Create().AddCommand('Test-NpSleep').AddParameter('Seconds', 100)
$long.Runspace = $session.Runspace
$null = $long.BeginInvoke()
Start-Sleep -Milliseconds 300
$long.Stop()
"stopped: $($long.InvocationStateInfo.State) $(@(Get-CsTenant).Count)"

# A lost connection: a new session is taken by the imported commands; later they open one by themselves.
function Wait-Server { 'restart'; $null = [Console]::In.ReadLine() }
Wait-Server
"lost: $($session.State)"
$session = New-CsOnlineSession -Credential $credential @to
"again: $(@(Get-CsTenant).Count)"
Enable-CsOnlineSessionForReconnection
Wait-Server
"lost: $($session.State)"
"by itself: $(@(Get-CsTenant).Count) $(@(Get-CsTenant).Count)"

# The language of the console.
[Globalization.CultureInfo]::CurrentUICulture = 'ja-JP'
Import-Module $Module -Force
Show-Refusal 'ja' { New-CsOnlineSession (Get-TestCredential $User 'certainly-wrong') @to }
"help: $((Get-Help New-CsOnlineSession).Synopsis)"
Import-Module ([IO.Path]::Combine($Module, '..', 'LyncOnlineConnector'))
"alias: $([bool] (Get-Module LyncOnlineConnector)) $((Get-Command New-CsOnlineSession).Source)"
Get-PSSession | Remove-PSSession
