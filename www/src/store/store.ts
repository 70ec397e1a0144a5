/** Holds the one state, and tells who listens when it is another. */

import { reduce } from './reduce.js';
import type { Action } from './reduce.js';
import type { State } from './state.js';

export interface Store {
  readonly state: () => State;
  readonly dispatch: (action: Action) => void;
  readonly listen: (listener: (state: State) => void) => void;
}

export function createStore(first: State): Store {
  let state = first;
  const listeners: ((state: State) => void)[] = [];
  return {
    state: () => state,
    dispatch(action) {
      const next = reduce(state, action);
      if (next === state) return;
      state = next;
      for (const listener of listeners) listener(state);
    },
    listen(listener) {
      listeners.push(listener);
    },
  };
}
