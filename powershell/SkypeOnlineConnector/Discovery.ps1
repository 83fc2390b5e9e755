# From a user's domain to the address of the server. Nothing here sends a password.

$script:doorPath = '/OcsPowershell'
$script:discoveryType = 'application/json'
$script:patience = 10
# Where a server on this computer listens: its own default, and that of HTTPS.
$script:loopbackAuthorities = 'localhost:8443', 'localhost'

# Names that every system resolves to this computer (RFC 6761 section 6.3).
function Test-LoopbackName([string] $Name) { $Name -eq 'localhost' -or $Name -like '*.localhost' }

# The domain that is administered: the override, or what follows the @ of the user.
function Get-AdminDomain([string] $UserName, [string] $Override) {
    if ($Override) { return $Override }
    $at = $UserName.LastIndexOf('@')
    if ($at -ge 0) { $UserName.Substring($at + 1) }
}

# One GET. Returns Status, Challenge and Body; Status 0 with the reason in Body when there was no answer.
function Get-HttpAnswer([uri] $Uri, [bool] $SkipCertificate) {
    $ProgressPreference = $VerbosePreference = 'SilentlyContinue'
    $request = @{ Uri = $Uri; UseBasicParsing = $true; TimeoutSec = $script:patience; MaximumRedirection = 0
        Headers = @{ Accept = $script:discoveryType }; ErrorAction = 'Stop' }
    if ($PSVersionTable.PSVersion.Major -ge 7) {
        $request.SkipHttpErrorCheck = $true
        $request.SkipCertificateCheck = $SkipCertificate
    }
    try {
        $answer = Invoke-WebRequest @request
        $body = if ($answer.Content -is [byte[]]) { [Text.Encoding]::UTF8.GetString($answer.Content) } else { $answer.Content }
        return @{ Status = [int] $answer.StatusCode; Challenge = "$($answer.Headers['WWW-Authenticate'])"; Body = $body }
    }
    catch {
        # Windows PowerShell throws for 401 and has the answer in the exception.
        $response = if ($_.Exception.PSObject.Properties['Response']) { $_.Exception.Response }
        if (-not $response -or $response -isnot [Net.HttpWebResponse]) { return @{ Status = 0; Challenge = ''; Body = $_.Exception.Message } }
        return @{ Status = [int] $response.StatusCode; Challenge = "$($response.Headers['WWW-Authenticate'])"; Body = '' }
    }
}

# The door answers somebody unknown with 401 and this challenge.
function Test-Door([uri] $Uri, [bool] $SkipCertificate) {
    $answer = Get-HttpAnswer $Uri $SkipCertificate
    if ($answer.Status -eq 401 -and $answer.Challenge -match 'Basic realm="WSMAN"') { return $true }
    $script:tried += "$Uri ($(if ($answer.Status) { "HTTP $($answer.Status)" } else { $answer.Body }))"
    $false
}

# The root document names the server's own address in _links.self. Over HTTPS only: whoever can change the answer would be sent the password.
function Read-RootDocument([uri] $Uri, [bool] $SkipCertificate) {
    if ($Uri.Scheme -ne 'https' -and -not (Test-LoopbackName $Uri.Host)) { return }
    foreach ($step in 1, 2) {
        $answer = Get-HttpAnswer $Uri $SkipCertificate
        $links = try { (ConvertFrom-Json $answer.Body)._links } catch { $null }
        if (-not $links) { $script:tried += "$Uri ($(if ($answer.Status) { "HTTP $($answer.Status)" } else { $answer.Body }))"; return }
        if (-not $links.PSObject.Properties['redirect']) { break }
        $Uri = $links.redirect.href
        if ($Uri.Scheme -ne 'https') { return }
    }
    if (-not $links.PSObject.Properties['self']) { return }
    [uri] (New-Object UriBuilder ([uri] $links.self.href) -Property @{ Path = $script:doorPath; Query = '' }).Uri
}

# @{ Uri; Loopback } of the door, or nothing; then $script:tried says what was tried.
function Find-Door([string] $Domain, [uri] $DiscoveryUri, [bool] $SkipCertificate) {
    $script:tried = @()
    if ($DiscoveryUri) {
        $found = Read-RootDocument $DiscoveryUri $SkipCertificate
        if ($found) { return @{ Uri = $found; Loopback = $false } }
        return
    }
    if (Test-LoopbackName $Domain) {
        # The certificate of a server on this computer is its own; reaching it needs no network that could be listened to.
        foreach ($authority in $script:loopbackAuthorities) {
            $door = [uri] "https://$authority$($script:doorPath)"
            if (Test-Door $door $true) { return @{ Uri = $door; Loopback = $true } }
        }
        return
    }
    $found = Read-RootDocument "https://lyncdiscover.$Domain/" $SkipCertificate
    if ($found -and (Test-Door $found $SkipCertificate)) { return @{ Uri = $found; Loopback = $false } }
    foreach ($authority in "lyncdiscover.$Domain", $Domain, "${Domain}:8443") {
        $door = [uri] "https://$authority$($script:doorPath)"
        if (Test-Door $door $SkipCertificate) { return @{ Uri = $door; Loopback = $false } }
    }
}
