/** class-transformer keeps `@Type` declarations here and exports them nowhere else; @nestjs/mapped-types reads them so too. */
declare module 'class-transformer/cjs/storage.js' {
  interface TypeMetadata {
    readonly typeFunction: () => unknown;
  }
  export const defaultMetadataStorage: {
    findTypeMetadata(target: object, property: string): TypeMetadata | undefined;
  };
}
