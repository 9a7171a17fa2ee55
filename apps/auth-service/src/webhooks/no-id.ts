/** Stands where a key column needs a value and there is no shop or app. */
export const NO_ID = '00000000-0000-0000-0000-000000000000';
