// Preloaded into a command: writes what it used to the file that LOCKWISE_METER names.
import { writeFileSync } from 'node:fs';

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const used = {
    wall: Math.round(process.uptime() * 1000),
    cpu: Math.round((userCPUTime + systemCPUTime) / 1000),
    megabytes: Math.round(maxRSS / 1024),
  };
  writeFileSync(process.env['LOCKWISE_METER'], JSON.stringify(used));
});
