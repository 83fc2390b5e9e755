import { isList, psText } from '../base/ps-text.ts'
import type { ErrorCategory, PsErrorRecord, PsValue } from '../base/ps-value.ts'
import type { Cmdlet, Parameter } from './cmdlet.ts'
import { parameterTypeName } from './parameter-types.ts'

/** Why a command cannot run as it was typed; `activity` is the cmdlet's name. Words and ids are PowerShell's. */
export type BindingError = PsErrorRecord

export function bindingError(
  cmdlet: Cmdlet,
  id: string,
  message: string,
  category: ErrorCategory = 'InvalidArgument',
  exception = 'System.Management.Automation.ParameterBindingException',
  target: PsValue = null,
): BindingError {
  return {
    message,
    category,
    fullyQualifiedErrorId: `${id},${cmdlet.name}`,
    exception,
    target,
    activity: cmdlet.name,
  }
}

export function alreadyBound(cmdlet: Cmdlet, name: string): BindingError {
  return bindingError(
    cmdlet,
    'ParameterAlreadyBound',
    `Cannot bind parameter because parameter '${name}' is specified more than once. To provide multiple values to parameters that can accept multiple values, use the array syntax. For example, "-parameter value1,value2,value3".`,
  )
}

export function missingArgument(cmdlet: Cmdlet, name: string, parameter: Parameter): BindingError {
  return bindingError(
    cmdlet,
    'MissingArgument',
    `Missing an argument for parameter '${name}'. Specify a parameter of type '${parameterTypeName(parameter)}' and try again.`,
  )
}

export function missingMandatory(cmdlet: Cmdlet, names: readonly string[]): BindingError {
  return bindingError(
    cmdlet,
    'MissingMandatoryParameter',
    `Cannot process command because of one or more missing mandatory parameters: ${names.join(' ')}.`,
  )
}

export function ambiguousSet(cmdlet: Cmdlet): BindingError {
  return bindingError(
    cmdlet,
    'AmbiguousParameterSet',
    'Parameter set cannot be resolved using the specified named parameters.',
  )
}

export function noPosition(cmdlet: Cmdlet, value: PsValue): BindingError {
  const shown = isList(value) ? 'System.Object[]' : psText(value)
  return bindingError(
    cmdlet,
    'PositionalParameterNotFound',
    `A positional parameter cannot be found that accepts argument '${shown}'.`,
  )
}

export function notBound(cmdlet: Cmdlet, record: PsValue): BindingError {
  return bindingError(
    cmdlet,
    'InputObjectNotBound',
    'The input object cannot be bound to any parameters for the command either because the command does not take pipeline input or the input and its properties do not match any of the parameters that take pipeline input.',
    'InvalidArgument',
    'System.Management.Automation.ParameterBindingException',
    record,
  )
}
