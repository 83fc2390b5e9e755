@{
    RootModule        = 'LyncOnlineConnector.psm1'
    ModuleVersion     = '0.2.0'
    GUID              = '0b8a3d0e-52c7-4f43-9d7e-6d1e3c0b7a42'
    Author            = 'Nightpost'
    CompanyName       = 'Nightpost'
    Copyright         = 'Apache-2.0'
    Description       = 'The earlier name of the module SkypeOnlineConnector, which it loads.'
    PowerShellVersion = '3.0'
    FunctionsToExport = @()
    CmdletsToExport   = @()
    VariablesToExport = @()
    AliasesToExport   = @()
}
