@{
    RootModule        = 'SkypeOnlineConnector.psm1'
    ModuleVersion     = '0.2.0'
    GUID              = '5f0c2a5e-7d53-4d0c-9c9b-3f6e0f0a8c11'
    Author            = 'Nightpost'
    CompanyName       = 'Nightpost'
    Copyright         = 'Apache-2.0'
    Description       = 'Opens PowerShell sessions with a Nightpost server: New-CsOnlineSession.'
    # Windows PowerShell 3.0 to 5.1 and PowerShell 7; no CompatiblePSEditions, which would ask for 5.1.
    PowerShellVersion = '3.0'
    FunctionsToExport = @('New-CsOnlineSession', 'Enable-CsOnlineSessionForReconnection', 'Set-WinRMNetworkDelayMS')
    CmdletsToExport   = @()
    VariablesToExport = @()
    AliasesToExport   = @()
    PrivateData       = @{ PSData = @{ Tags = @('Nightpost', 'SkypeForBusiness', 'Remoting', 'Windows', 'Linux', 'MacOS') } }
}
