import { descriptorOf, MARKETPLACES } from '#marketplaces';

/** Invented numbers in the form of the first marketplace that is registered, for the API's documentation. */
export const EXAMPLES = descriptorOf(MARKETPLACES[0]).examples;
