# The lines of an administrator, run by the PowerShell engine against a server; what it puts out is compared by the test.
param($Carrier, $Uri, $User, $Port, $Assembly)
. ([IO.Path]::Combine($PSScriptRoot, 'powershell-session.ps1')) @PSBoundParameters
$module = Import-PSSession $session
"import: $($module.ExportedCommands.ContainsKey('Grant-CsClientPolicy'))"

$domain = $User.Split('@')[1]
New-NpAccount -UserPrincipalName "tony@$domain" -DisplayName 'Tony Smith' -Enable | ForEach-Object { "account: $($_.DisplayName)" }
New-CsClientPolicy -Identity OfflineIM | ForEach-Object { "new: $($_.Identity)" }
Set-CsClientPolicy -Identity OfflineIM -EnableIMAutoArchiving $False
Grant-CsClientPolicy -Identity 'Tony Smith' -PolicyName OfflineIM

$policy = Get-CsClientPolicy -Identity OfflineIM
"boolean: $($policy.EnableIMAutoArchiving -eq $False) $($policy.EnableIMAutoArchiving.GetType().FullName)"
"timespan: $($policy.HotdeskingTimeout) $($policy.HotdeskingTimeout.GetType().FullName)"
"unset: $($null -eq $policy.Description)"
"type: $($policy.pstypenames[0])"
Get-CsUser -Identity 'Tony Smith' | ForEach-Object { "granted: $($_.ClientPolicy)" }

# Bags of users that came over the wire go back through the pipeline.
Get-CsUser -Identity 'Tony Smith' | Grant-CsClientPolicy -PolicyName $null
Get-CsUser -Identity 'Tony Smith' | ForEach-Object { "cleared: [$($_.ClientPolicy)]" }

# An upstream command that returns nothing changes nothing.
Get-CsUser -Filter { DisplayName -eq 'Nobody' } | Grant-CsClientPolicy -PolicyName OfflineIM
Get-CsEffectivePolicy -Identity 'Tony Smith' -ErrorAction SilentlyContinue | ForEach-Object { "effective: $($_.ClientPolicy)" }

try { Set-CsClientPolicy -Identity NoSuch -EnableIMAutoArchiving $true -ErrorAction Stop } catch { "caught: $($_.CategoryInfo.Category) $($_.Exception.Message)" }
Get-CsClientPolicy -Nope 3 -ErrorVariable +e
Set-CsClientPolicy -Identity Global -EnableSQMData $true
New-CsClientPolicy -Identity WhatIfOnly -WhatIf
"whatif: $(@(Get-CsClientPolicy -Filter 'tag:WhatIf*').Count)"

Invoke-Command -Session $session { Get-CsTenant; Get-CsTenant } | Measure-Object | ForEach-Object { "statements: $($_.Count)" }
Invoke-Command -Session $session { param($h) Get-CsUser @h } -ArgumentList @{ Identity = 'Tony Smith' } | ForEach-Object { "splat: $($_.DisplayName)" }
Invoke-Command -Session $session { Get-CsUser -Filter { DisplayName -eq 'Tony Smith' } } | ForEach-Object { "filter: $($_.DisplayName)" }
Invoke-Command -Session $session { Get-CsUser | Measure-Object } | ForEach-Object { "measured: $($_.Count -ge 2)" }
Invoke-Command -Session $session { $x = 1; $x }

# The client cuts its bytes by size: fragments begin in one Send and end in the next.
1..300 | ForEach-Object { 'x' * 1000 } | Get-CsUser -ErrorAction SilentlyContinue
'piped: 300'
Set-NpAccountPassword -Identity "tony@$domain" -Password (ConvertTo-SecureString 'a very long passphrase 9' -AsPlainText -Force)
'secure: done'

# Questions: the test gives the answers No, Yes, then the name that is asked for.
$null = New-CsClientPolicy -Identity Asked -Confirm
"no: $(@(Get-CsClientPolicy -Filter 'tag:Asked').Count)"
$null = New-CsClientPolicy -Identity Asked -Confirm
"yes: $(@(Get-CsClientPolicy -Filter 'tag:Asked').Count)"
$null = New-CsClientPolicy
"named: $(@(Get-CsClientPolicy -Filter 'tag:Prompted').Count)"

# Stop, as Ctrl+C does; the session stays.
$long = [powershell]::Create().AddCommand('Test-NpSleep').AddParameter('Seconds', 60)
$long.Runspace = $session.Runspace
$begun = $long.BeginInvoke()
[Threading.Thread]::Sleep(500)
$long.Stop()
"stopped: $($long.InvocationStateInfo.State) $(@(Invoke-Command -Session $session { Get-CsTenant }).Count)"
$big = 'x' * 1000000
Set-CsClientPolicy -Identity Asked -Description $big -WhatIf
'big: done'
Remove-PSSession $session
"removed: $($session.State)"
