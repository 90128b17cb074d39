// Finds Chromium for every suite that needs a browser, and installs Debian's when it is missing and that is possible.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export function chromium() {
  const found = locate();
  if (found !== undefined) return found;
  if (!onDebian() || process.getuid?.() !== 0)
    throw new Error(
      'the browser tests need Chromium: run `apt-get install chromium` as root, or set CHROMIUM to its executable',
    );
  console.log('browser: Chromium is missing; installing it with apt-get install chromium');
  const options = {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  execFileSync('apt-get', ['update', '-qq'], options);
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], options);
  const installed = locate();
  if (installed === undefined) throw new Error('apt-get installed no Chromium; install it by hand and set CHROMIUM');
  return installed;
}

function locate() {
  const named = process.env.CHROMIUM;
  if (named !== undefined && !existsSync(named)) throw new Error(`CHROMIUM names ${named}, which does not exist`);
  return named ?? places.find((path) => existsSync(path));
}

function onDebian() {
  return existsSync('/etc/os-release') && /^ID(_LIKE)?=.*debian/m.test(readFileSync('/etc/os-release', 'utf8'));
}
