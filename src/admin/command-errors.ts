import type { PsErrorRecord } from '../base/ps-value.ts'
import type { Cmdlet } from './cmdlet.ts'

/** PowerShell's words for a name that is no command; clients look for the exception by name (powershell-remoting section 5.3). */
export function commandNotFound(name: string): PsErrorRecord {
  return {
    message: `The term '${name}' is not recognized as the name of a cmdlet, function, script file, or operable program. Check the spelling of the name, or if a path was included, verify that the path is correct and try again.`,
    category: 'ObjectNotFound',
    fullyQualifiedErrorId: 'CommandNotFoundException',
    exception: 'System.Management.Automation.CommandNotFoundException',
    target: name,
    activity: name,
  }
}

/** The caller holds none of the roles that may run it (SECURITY 50). */
export function permissionDenied(cmdlet: Cmdlet): PsErrorRecord {
  const roles = cmdlet.roles === 'everyone' ? [] : cmdlet.roles
  return {
    message: `You do not have permission to run '${cmdlet.name}'. It needs one of the roles: ${roles.join(', ') || '(none)'}.`,
    category: 'PermissionDenied',
    fullyQualifiedErrorId: `PermissionDenied,${cmdlet.name}`,
    exception: 'System.UnauthorizedAccessException',
    target: cmdlet.name,
    activity: cmdlet.name,
  }
}
