# What an administrator reads, in the language of the console.

# Messages.psd1 of the best culture. Import-LocalizedData does the same, but is not part of the bare engine.
function Import-ConnectorText {
    $names = @()
    for ($culture = [Globalization.CultureInfo]::CurrentUICulture; $culture.Name; $culture = $culture.Parent) { $names += $culture.Name }
    foreach ($name in $names + 'en-US') {
        $file = [IO.Path]::Combine($PSScriptRoot, $name, 'Messages.psd1')
        if (-not [IO.File]::Exists($file)) { continue }
        $tokens = $errors = $null
        $tree = [Management.Automation.Language.Parser]::ParseFile($file, [ref] $tokens, [ref] $errors)
        $table = $tree.Find({ param($node) $node -is [Management.Automation.Language.HashtableAst] }, $false)
        $text = @{}
        foreach ($pair in $table.KeyValuePairs) { $text["$($pair.Item1.Value)"] = $pair.Item2.PipelineElements[0].Expression.Value }
        return $text
    }
}

# An error record whose text is a line of Messages.psd1. $Id is the line's name and the FullyQualifiedErrorId.
function New-ConnectorError([string] $Id, [string] $Category, [object[]] $Values, $Target, [Exception] $Inner) {
    $exception = New-Object Management.Automation.Remoting.PSRemotingTransportException (($script:text[$Id] -f $Values), $Inner)
    New-Object Management.Automation.ErrorRecord ($exception, $Id, $Category, $Target)
}

# A refused or failed WebSocket handshake. Wrong password, no role and remote access that is off have three different texts.
function ConvertTo-ConnectorError([uri] $Uri, [string] $User, $Failure, [Exception] $Reason) {
    $word = ($Failure.Reason -split ';', 2)[0]
    $certificate = "$($Failure.CertificateErrors); SHA-256 $($Failure.Fingerprint)"
    $id, $category, $values = switch ($Failure.Status) {
        401 { 'LogonFailure', 'AuthenticationError', @($User) }
        403 {
            if ($word -eq 'noRole') { 'NotAuthorized', 'PermissionDenied', @($User) }
            elseif ($word -eq 'remoteAccessOff') { 'RemoteAccessDisabled', 'PermissionDenied', @() }
            else { 'Refused', 'PermissionDenied', @($Uri, (Get-Sentence $Failure 403)) }
        }
        429 { 'LockedOut', 'AuthenticationError', @($User, $Failure.RetryAfter) }
        503 { 'ServerBusy', 'ResourceBusy', @($Uri) }
        0 {
            if ($Failure.CertificateErrors) { 'CertificateNotTrusted', 'SecurityError', @($Uri.Host, $certificate) }
            elseif ($Failure.TimedOut) { 'ConnectionTimedOut', 'OperationTimeout', @($Uri) }
            elseif ($Failure.Message) { 'ConnectionFailed', 'OpenError', @($Uri, $Failure.Message) }
            else { 'SessionFailed', 'OpenError', @($Uri, "$($Reason.Message)") }
        }
        101 { 'SessionFailed', 'OpenError', @($Uri, "$($Reason.Message)") }
        default { 'NoPowerShellHere', 'OpenError', @($Uri, (Get-Sentence $Failure $Failure.Status)) }
    }
    New-ConnectorError $id $category $values $Uri $Reason
}

function Get-Sentence($Failure, [int] $Status) {
    $sentence = ($Failure.Reason -split ';', 2)[-1].Trim()
    if ($sentence) { return $sentence }
    "HTTP $Status"
}

# The same from WSMan, which has words of its own: 401 and a missing role are both "access denied"; the server's text tells them apart.
function ConvertTo-WSManError([uri] $Uri, [string] $User, [Exception] $Reason) {
    $code = if ($Reason -is [Management.Automation.Remoting.PSRemotingTransportException]) { $Reason.ErrorCode } else { 0 }
    if ($Reason.Message -match 'permission to manage this tenant') { return New-ConnectorError 'NotAuthorized' 'PermissionDenied' @($User) $Uri $Reason }
    if ($Reason.Message -match 'remote PowerShell has been disabled') { return New-ConnectorError 'RemoteAccessDisabled' 'PermissionDenied' @() $Uri $Reason }
    # ERROR_ACCESS_DENIED, ERROR_LOGON_FAILURE.
    if (5, 1326 -contains $code) { return New-ConnectorError 'LogonFailure' 'AuthenticationError' @($User) $Uri $Reason }
    New-ConnectorError 'ConnectionFailed' 'OpenError' @($Uri, $Reason.Message) $Uri $Reason
}
