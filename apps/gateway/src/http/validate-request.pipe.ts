import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { validateInput } from '#runtime';

type Constructor = new () => object;

function isContractClass(type: unknown): type is Constructor {
  return (
    typeof type === 'function' && type !== String && type !== Number && type !== Boolean && type !== Object
  );
}

/** Validates body and query against the contract class of the parameter; names each refused field. */
export class ValidateRequestPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (type !== 'body' && type !== 'query') return value;
    if (!isContractClass(metatype)) return value;
    return validateInput(metatype, value ?? {});
  }
}
