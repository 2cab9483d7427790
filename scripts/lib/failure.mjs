/** A problem the person at the console can act on: printed as one line, without a stack. */
export class Failure extends Error {
  name = "Failure";
}
