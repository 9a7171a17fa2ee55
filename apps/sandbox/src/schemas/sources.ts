/** Where a schema was read. Names and facts were taken over, no text and no code. */

/** Mirror of the official reference, `opastorello/temu-api-docs`: names and types, no descriptions. */
export const OFF = (page: string): string => `OFF opastorello/temu-api-docs api-reference/${page}.md`;

/** An English copy of the partner reference with its "required" column and descriptions; its repository is not known. */
export const REF_EN = 'REF-EN copy of the partner reference, required flags and descriptions';

/** A Chinese copy of the EU and US partner reference, one page a call; its repository is not known. */
export const REF_ZH = 'REF-ZH copy of the EU and US partner reference, required flags and formulas';

/** A real answer: 5143 orders of a US shop, the first page. */
export const TAPI_ANSWER = 'TAPI XIE7654/temu_api tests/order_list.json';

/** Python client with documented parameters. */
export const TAPI = 'TAPI XIE7654/temu_api temu_api/api/*.py';

/** Java client with the documents' field comments. */
export const VID = 'VID vidaniello/temu-api requestresultobjects';

/** Java controllers with typed answers; its repository is not known. */
export const TYPED_JAVA = 'typed Java answers (com.zida.cbec.module.temu)';

/** Measured on a Mexican shop, August 2026. */
export const KUB_LIVE = 'KUB live notes';

/** The official guides of the same mirror. */
export const GUIDE = (name: string): string => `OFF guide ${name}`;
