/** A value of type `T` that only its parser may make: `Brand<number, 'AccountId'>`. */
export type Brand<T, Name extends string> = T & { readonly __brand: Name }
