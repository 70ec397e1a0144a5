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
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && typeof thrown.code === 'string') {
    const message = 'message' in thrown ? String(thrown.message) : thrown.code;
    const details: unknown = 'details' in thrown ? thrown.details : undefined;
    return new HedgerowError(thrown.code, message, { details, cause: thrown });
  }
  // The engine is written never to stop like this: it is a bug in it, or the memory is used up.
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new HedgerowError('internal', `The engine failed: ${message}`, { cause: thrown });
}
