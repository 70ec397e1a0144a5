/** Why a command could not run. The message says what is and what to do next. */
export class Problem extends Error {}

/** Says why the system refused something, without its codes. */
export function reasonOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  const reasons: Record<string, string> = {
    EACCES: 'it may not be read or written by you; look at its permissions',
    EPERM: 'it may not be read or written by you; look at its permissions',
    EISDIR: 'it is a folder; name a file',
    ELOOP: 'its links lead in a circle; name the file itself',
    EMFILE: 'too many files are open; name fewer at once',
    ENOENT: 'there is no such file; check the path',
    ENOTDIR: 'a part of the path is a file, not a folder; check the path',
    ENOSPC: 'the disk is full; make room and run it again',
    EROFS: 'the disk cannot be written to; name another file',
  };
  const known = typeof code === 'string' ? reasons[code] : undefined;
  return known ?? (error instanceof Error ? error.message : String(error));
}
