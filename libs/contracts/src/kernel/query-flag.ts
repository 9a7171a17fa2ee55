/** Query parameters are text; only these two words are a flag. */
export const asFlag = ({ value }: { value: unknown }): unknown =>
  value === 'true' ? true : value === 'false' ? false : value;
