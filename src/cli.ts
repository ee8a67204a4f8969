process.stderr.write('tskvm: no commands yet\n');
