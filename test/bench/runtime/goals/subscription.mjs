import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { channels, enableDiagnostics } from '@lockwise/runtime/diagnostics';

/** One subscriber to acquisitions and releases. */
export async function subscribed() {
  let events = 0;
  const count = () => events++;
  const disable = enableDiagnostics();
  const names = [channels.acquire.name, channels.release.name];
  for (const name of names) subscribe(name, count);
  return () => {
    for (const name of names) unsubscribe(name, count);
    disable();
    if (events === 0) throw new Error('the subscriber was told nothing: the comparison would be of alike');
  };
}
