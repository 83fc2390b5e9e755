# Scripts that load the module under its earlier name get it under both.
Import-Module ([IO.Path]::Combine($PSScriptRoot, '..', 'SkypeOnlineConnector', 'SkypeOnlineConnector.psd1')) -Global
