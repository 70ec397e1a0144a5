/** Why a call could not be answered. What is wrong in a *file* is a finding, never one of these. */
export class HedgerowError extends Error {
  override readonly name = 'HedgerowError';
  /** Stable, kebab-case: `not-initialized`, `bad-request`, … */
  readonly code: string;
  /** What a program can use beside the code. */
  readonly details?: unknown;

  constructor(code: string, message: string, options: { details?: unknown; cause?: unknown } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    if (options.details !== undefined) this.details = options.details;
  }
}

/** Makes a `HedgerowError` of whatever was thrown. */
export function toHedgerowError(thrown: unknown): HedgerowError {
  if (thrown instanceof HedgerowError) return thrown;
  const message = messageOf(thrown);
  const code = property(thrown, 'code');
  if (typeof code === 'string') {
    return new HedgerowError(code, message, { details: property(thrown, 'details'), cause: thrown });
  }
  // What the glue between JavaScript and the engine says of an object after its `free()`.
  if (message.includes('null pointer passed to rust')) {
    return new HedgerowError('bad-request', 'The object was freed before this call', { cause: thrown });
  }
  // The glue could not make sense of an argument.
  if (thrown instanceof TypeError) return new HedgerowError('bad-request', message, { cause: thrown });
  return new HedgerowError('internal', `The engine failed: ${message}`, { cause: thrown });
}

/** Says whether the engine cannot go on after what was thrown: it trapped, or it said that it is broken. */
export function isCrash(thrown: unknown): boolean {
  return thrown instanceof WebAssembly.RuntimeError || property(thrown, 'crash') === true;
}

function messageOf(thrown: unknown): string {
  return String(property(thrown, 'message') ?? thrown);
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (Reflect.get(value, name) as unknown) : undefined;
}
