/** Refused by the business behind the gateway, with one of the codes of the reference §4.4. */
export class BusinessFault extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}
