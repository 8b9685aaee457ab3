// The shape of what earshot writes, as JSON Schema: built field by field beside the type that the code has, which the compiler holds it to.
// A key that is missing here, or that is here alone, or is required on one side only, does not compile.

/** JSON Schema, draft 7, as far as it is needed. */
export type Shape = Readonly<Record<string, unknown>>;

/** A key that may be absent. */
export interface Maybe {
  readonly absentOr: Shape;
}

type IsOptional<T, Key extends keyof T> = Partial<Pick<T, Key>> extends Pick<T, Key> ? true : false;

/** Every key of T, each with its shape; those that may be absent say so. */
export type Fields<T> = { readonly [Key in keyof T]-?: IsOptional<T, Key> extends true ? Maybe : Shape };

const isMaybe = (field: Shape | Maybe): field is Maybe => "absentOr" in field;

export const maybe = (absentOr: Shape): Maybe => ({ absentOr });

/** An object with these keys. Others may come with a later version of earshot, so they are not forbidden. */
export function object<T>(description: string, fields: Fields<T>): Shape {
  const entries = Object.entries(fields) as [string, Shape | Maybe][];
  return {
    type: "object",
    description,
    properties: Object.fromEntries(entries.map(([key, field]) => [key, isMaybe(field) ? field.absentOr : field])),
    required: entries.filter(([, field]) => !isMaybe(field)).map(([key]) => key),
  };
}

export const text = (description: string): Shape => ({ type: "string", description });
export const number = (description: string): Shape => ({ type: "number", description });
/** From 0. */
export const count = (description: string): Shape => ({ type: "integer", minimum: 0, description });
export const flag = (description: string): Shape => ({ type: "boolean", description });
/** Absent otherwise. */
export const always = (value: string | number | true, description: string): Shape => ({ const: value, description });
export const oneOf = (values: readonly string[], description: string): Shape => ({ enum: values, description });
export const list = (items: Shape, description: string): Shape => ({ type: "array", items, description });
/** An object whose keys are the user's, or those given; not each of them need be there. */
export const record = (values: Shape, description: string, keys?: readonly string[]): Shape => ({
  type: "object",
  ...(keys ? { propertyNames: { enum: keys } } : {}),
  additionalProperties: values,
  description,
});
export const anyOf = (options: readonly Shape[], description: string): Shape => ({ anyOf: options, description });
