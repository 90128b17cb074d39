import { SingleBar, Presets } from 'cli-progress';
import type { Ports } from '../ports.js';

/** What is under way, drawn on stderr once a run exceeds a second. */
export interface Progress {
  at(stage: string, done: number, all: number): void;
  end(): void;
}

const PATIENCE = 1000;

export function progressOn({ terminal, now }: Ports): Progress {
  if (!terminal.progress) return { at: () => undefined, end: () => undefined };
  const began = now();
  let bar: SingleBar | undefined;
  return {
    at(stage, done, all) {
      if (!bar && now() - began < PATIENCE) return;
      if (!bar) {
        bar = new SingleBar(
          { format: '{stage} {bar} {value}/{total}', stream: process.stderr, clearOnComplete: true, hideCursor: null },
          Presets.shades_classic,
        );
        bar.start(all, done, { stage });
      }
      bar.setTotal(all);
      bar.update(done, { stage });
    },
    end() {
      bar?.stop();
    },
  };
}
