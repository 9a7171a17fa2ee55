import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsIn, ValidateIf } from 'class-validator';
import { defineRpc } from '../kernel/define-rpc.js';
import { IsCode, IsId, IsInstant, IsName, says } from '../kernel/fields.js';
import { type Page, PageQuery } from '../kernel/page.js';
import { type KeyScope, RIGHTS, type Right } from '../kernel/rights.js';
import { inputFault } from '../said/index.js';
import type { Principal } from './sessions.js';

/** Warned of so many days before the end. */
export const API_KEY_WARNING_DAYS = 14;
/** In use at once, for one person. */
export const MAX_API_KEYS = 50;

export const API_KEY_STATES = ['active', 'ended', 'expired', 'maker_disabled'] as const;
export type ApiKeyState = (typeof API_KEY_STATES)[number];

export class ApiKeyView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'Warehouse system' })
  name!: string;

  @ApiProperty({ example: 'omni_7Kq2mXc9TfLp', description: 'What the key begins with; opens nothing' })
  beginsWith!: string;

  @ApiProperty({ enum: API_KEY_STATES, enumName: 'ApiKeyState' })
  state!: ApiKeyState;

  @ApiProperty({ enum: RIGHTS, enumName: 'Right', isArray: true, description: 'What it may do at most' })
  rights!: Right[];

  @ApiProperty({
    enum: RIGHTS,
    enumName: 'Right',
    isArray: true,
    description: 'Those of `rights` that its maker holds no longer, so that the key cannot use them',
  })
  lostRights!: Right[];

  @ApiProperty({
    type: [String],
    nullable: true,
    description: 'Null: every shop that its maker reaches, those connected later included',
  })
  shopIds!: string[] | null;

  @ApiProperty({ format: 'uuid' })
  makerId!: string;

  @ApiProperty({ example: 'Li Wei' })
  makerName!: string;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  expiresAt!: string;

  @ApiProperty({
    description: `An active key that expires within ${API_KEY_WARNING_DAYS} days: make a new one before`,
  })
  expiresSoon!: boolean;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  endedAt!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Li Wei' })
  endedByName!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Of a recent use, at most a few minutes off; null: never used',
  })
  lastUsedAt!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '203.0.113.7' })
  lastUsedAddress!: string | null;
}

export class ApiKeyPage {
  @ApiProperty({ type: [ApiKeyView] })
  rows!: ApiKeyView[];

  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page' })
  nextCursor!: string | null;
}

export class ListApiKeys extends PageQuery {}

/** HTTP body of POST /api-keys. */
export class MakeApiKey {
  @ApiProperty({ example: 'Warehouse system', description: 'What uses it' })
  @IsName()
  name!: string;

  @ApiProperty({
    enum: RIGHTS,
    enumName: 'Right',
    isArray: true,
    example: ['orders.read', 'sync.run'],
    description: 'Of those that you hold yourself',
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(RIGHTS, { each: true })
  rights!: Right[];

  @ApiProperty({
    type: [String],
    nullable: true,
    description: 'Null: every shop that you reach, those connected later included',
  })
  @ValidateIf((key: MakeApiKey) => key.shopIds !== null)
  @IsArray(says(inputFault('input.shops_or_all')))
  @ArrayMinSize(1, says(inputFault('input.shops_or_all')))
  @ArrayMaxSize(2_000)
  @ArrayUnique()
  @IsId('shop', { each: true })
  shopIds!: string[] | null;

  @ApiProperty({ format: 'date-time', description: 'At most a year from now' })
  @IsInstant()
  expiresAt!: string;
}

export class MadeApiKey {
  @ApiProperty({ type: ApiKeyView })
  apiKey!: ApiKeyView;

  @ApiProperty({
    example: 'omni_…',
    description: 'The key itself: shown now and never again. Send it as `Authorization: Bearer omni_…`',
  })
  text!: string;
}

export class ApiKeyById {
  @IsId('api_key')
  apiKeyId!: string;
}

export class IntrospectApiKey {
  @IsCode(12, 12)
  publicId!: string;

  /** SHA-256 of the secret, hexadecimal: the secret itself does not travel. */
  @IsCode(64, 64)
  secretHash!: string;
}

/** Who stands behind an API key, as the gateway keeps it for at most 30 seconds. */
export interface KeyPrincipal extends Omit<Principal, 'sessionId'> {
  readonly apiKey: KeyScope & { readonly id: string; readonly name: string };
}

/** The caller's own, newest first; whoever may manage people sees those of everybody. */
export const listApiKeysRpc = defineRpc('auth', 'api-key', 'list', 1, {
  input: ListApiKeys,
  kind: 'query',
  callers: ['gateway'],
}).answers<Page<ApiKeyView>>();

/** Errors: `api_key.expiry_refused`, `api_key.right_not_held`, `api_key.too_many`, `shop.not_found`. */
export const createApiKeyRpc = defineRpc('auth', 'api-key', 'create', 1, {
  input: MakeApiKey,
  kind: 'command',
  callers: ['gateway'],
}).answers<MadeApiKey>();

/** By its maker or whoever may manage people; for good. Errors: `api_key.not_found`. */
export const endApiKeyRpc = defineRpc('auth', 'api-key', 'end', 1, {
  input: ApiKeyById,
  kind: 'command',
  callers: ['gateway'],
}).answers<ApiKeyView>();

/** Errors: `api_key.refused`, `api_key.ended`, `api_key.expired`, `api_key.maker_disabled`. */
export const introspectApiKeyRpc = defineRpc('auth', 'api-key', 'introspect', 1, {
  input: IntrospectApiKey,
  kind: 'query',
  callers: ['gateway'],
}).answers<KeyPrincipal>();
