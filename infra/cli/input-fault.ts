// What a person typed wrongly: the command ends with this one line and exit code 2, before it has done anything.

export const INPUT_FAULT_EXIT_CODE = 2

export class InputFault extends Error {
  override readonly name = 'InputFault'
}
