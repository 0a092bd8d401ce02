/** What a request can fail with: the service's problem+json, or no answer at all. */
export interface Place {
  message: string;
  field?: string;
  column?: string;
  row?: number;
  byte?: number;
  sample?: string;
}

export class ApiError extends Error {
  readonly status: number;
  /** Stable; `unreachable` when nothing answered. */
  readonly code: string;
  readonly detail: string;
  readonly hint: string;
  readonly requestId: string;
  readonly places: readonly Place[];
  readonly retryAfterS: number | null;

  constructor(fields: {
    status: number;
    code: string;
    detail: string;
    hint?: string;
    requestId?: string;
    places?: readonly Place[];
    retryAfterS?: number | null;
  }) {
    super(fields.detail);
    this.name = 'ApiError';
    this.status = fields.status;
    this.code = fields.code;
    this.detail = fields.detail;
    this.hint = fields.hint ?? '';
    this.requestId = fields.requestId ?? '';
    this.places = fields.places ?? [];
    this.retryAfterS = fields.retryAfterS ?? null;
  }

  get isUnreachable(): boolean {
    return this.code === 'unreachable';
  }
}

export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new ApiError({ status: 0, code: 'page', detail });
}
