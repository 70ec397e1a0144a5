// A workspace that is opened and never loaded, for the part of the engine that it needs.

export const workspaceOptions = {
  host: { type: 'github', repository: 'example/network' },
  branch: 'main',
  fabrics: [{ name: 'lab', directory: 'lab' }],
  token: () => 'token',
  storage: 'memory',
};
