import { isEmail, ValidateBy } from 'class-validator';
import { says } from '../kernel/fields.js';
import { inputFault } from '../said/index.js';

/** Octets of an address that a mail server takes (RFC 5321, section 4.5.3.1). */
export const MAX_EMAIL_LENGTH = 254;

/** By which accounts are found, told apart and throttled. Made by `emailKeyOf` only. */
export type EmailKey = string & { readonly brand: 'EmailKey' };

/**
 * The one normal form of an address: compatibility forms folded, lower case, the same again when it is made of itself.
 * The database compares it as it is; `lower()` there depends on its locale, and took `İ` for `i`.
 */
export function emailKeyOf(email: string): EmailKey {
  return email.normalize('NFKC').toLowerCase().normalize('NFKC') as EmailKey;
}

function isAddress(value: unknown): boolean {
  // A lone surrogate is no character; class-validator's rule throws on one.
  if (typeof value !== 'string' || value.length > MAX_EMAIL_LENGTH || /\p{Surrogate}/u.test(value))
    return false;
  return isEmail(value) && isEmail(emailKeyOf(value));
}

/** Property: an e-mail address of a person. */
export function IsEmailAddress(): PropertyDecorator {
  return ValidateBy(
    { name: 'isEmailAddress', validator: { validate: isAddress } },
    says(inputFault('input.email', { most: MAX_EMAIL_LENGTH })),
  );
}
