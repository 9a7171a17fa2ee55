import 'reflect-metadata';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MODULE_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { MetadataScanner } from '@nestjs/core';
import { getMetadataStorage, IsOptional, IsString } from 'class-validator';
import { declaredRpcs, fieldTypes } from '#contracts';
import { faultOfRule, inputClasses, isSilent } from '#runtime';
import { GatewayModule } from '../src/gateway.module.js';

type Constructor = new () => object;

/** Rules about what is no text, and about lists. `isEmailAddress` is auth's own type of text. */
const OTHER_RULES = new Set([
  'isEmailAddress',
  'isIn',
  'isBoolean',
  'isObject',
  'isArray',
  'arrayMinSize',
  'arrayMaxSize',
  'arrayUnique',
  'nestedValidation',
]);

/** Bodies and queries without a class, with who parses them. */
const PARSED_ELSEWHERE = [
  // Whatever a marketplace appends: `CompleteAuthorization` of auth-service takes it as an object of texts.
  'IntegrationsController.callback takes a query without a class',
];

function controllersOf(module: object): Constructor[] {
  const listed = (key: string): Constructor[] => Reflect.getMetadata(key, module) ?? [];
  return [
    ...listed(MODULE_METADATA.CONTROLLERS),
    ...listed(MODULE_METADATA.IMPORTS).flatMap((imported) => controllersOf(imported)),
  ];
}

const KINDS = new Map([
  [RouteParamtypes.BODY, 'body'],
  [RouteParamtypes.QUERY, 'query'],
]);

/** The classes of bodies and queries of the gateway's endpoints, and those without one. */
function takenByEndpoints(): { classes: Constructor[]; without: string[] } {
  const classes: Constructor[] = [];
  const without: string[] = [];
  for (const controller of controllersOf(GatewayModule)) {
    for (const method of new MetadataScanner().getAllMethodNames(controller.prototype)) {
      const handler: unknown = Reflect.get(controller.prototype, method);
      if (typeof handler !== 'function' || !Reflect.hasMetadata(PATH_METADATA, handler)) continue;
      const types: unknown[] = Reflect.getMetadata('design:paramtypes', controller.prototype, method) ?? [];
      const args: Record<string, { index: number; data?: unknown }> =
        Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {};
      for (const [key, { index, data }] of Object.entries(args)) {
        const kind = KINDS.get(Number(key.split(':', 1)[0]));
        if (kind === undefined) continue;
        const type = types[index];
        const isClass = data === undefined && typeof type === 'function' && type !== Object;
        if (isClass) classes.push(type as Constructor);
        else without.push(`${controller.name}.${method} takes a ${kind} without a class`);
      }
    }
  }
  return { classes, without };
}

const endpoints = takenByEndpoints();
const inputs = [
  ...new Set([...declaredRpcs().map(({ Input }) => Input as Constructor), ...endpoints.classes]),
].flatMap((Input) => inputClasses(Input));

const rulesOf = (Input: Constructor) =>
  getMetadataStorage()
    .getTargetValidationMetadatas(Input, '', false, false)
    .filter((rule) => !isSilent(rule))
    .map((rule) => ({ rule, name: rule.name ?? rule.type, field: `${Input.name}.${rule.propertyName}` }));

/** The fields with a rule that is neither a type of field nor one of the others. */
function bareFields(Input: Constructor): string[] {
  return rulesOf(Input)
    .filter(({ name }) => !fieldTypes().has(name) && !OTHER_RULES.has(name))
    .map(({ field, name }) => `${field} has @${name}`);
}

/** The rules that would refuse in a text of class-validator, which is in one language, or with one that nobody reads. */
function withoutWords(Input: Constructor): string[] {
  return rulesOf(Input)
    .filter(({ rule, name }) => {
      const hasText = rule.message !== undefined && name !== 'nestedValidation';
      return hasText || faultOfRule(rule) === undefined;
    })
    .map(({ field, name }) => `${field} has no words for @${name}`);
}

test('no text field of a message or of a request has a bare decorator', () => {
  assert.ok(inputs.length > 60, `${inputs.length} classes`);
  assert.ok(endpoints.classes.length > 30, `${endpoints.classes.length} bodies and queries`);
  assert.deepEqual([...new Set(inputs.flatMap(bareFields))].sort(), []);
});

test('each body and each query has a class', () => {
  assert.deepEqual(endpoints.without, PARSED_ELSEWHERE);
});

test('each rule has words in both languages to refuse with', () => {
  assert.deepEqual([...new Set(inputs.flatMap(withoutWords))].sort(), []);
});

test('a bare decorator and one without words would be found', () => {
  class Bare {
    @IsOptional()
    @IsString()
    note?: string;
  }
  assert.deepEqual(bareFields(Bare), ['Bare.note has @isString']);
  assert.deepEqual(withoutWords(Bare), ['Bare.note has no words for @isString']);
});
