'use strict';

// Shared by the programs for Node. Prints one line for each check that passes, and exits at the first that fails.

const MEBIBYTE = 1 << 20;

exports.text = 'S\u00fcperhero';
exports.everyByte = Buffer.from(Array.from({length: 256}, (_, value) => value));
exports.large = Buffer.alloc(MEBIBYTE, 'x');
exports.manyKeys = Array.from({length: 1000}, (_, i) => (i % 7 === 0 ? `absent:${i}` : `clients:${i}`));
exports.manyValues = exports.manyKeys.map((key, i) => (i % 7 === 0 ? null : `value:${i}`));

exports.is = (client, what, expected, actual) => {
  const same = Buffer.isBuffer(expected)
    ? Buffer.isBuffer(actual) && expected.equals(actual)
    : JSON.stringify(expected) === JSON.stringify(actual);
  if (!same) {
    console.error(`${client}: ${what}\n  expected: %j\n  but was:  %j`, expected, actual);
    process.exit(1);
  }
  console.log(`ok: ${client}: ${what}`);
};

exports.message = async (request) => {
  try {
    return `answered ${await request}`;
  } catch (error) {
    return error.message;
  }
};

// Repeats a request until it succeeds: requests in process fail when their connection is closed.
exports.eventually = async (request) => {
  const deadline = Date.now() + 15000;
  for (;;) {
    try {
      return await request();
    } catch (error) {
      if (Date.now() > deadline) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
};

exports.run = (program) => {
  // A client that waits forever must not block the build.
  setTimeout(() => {
    console.error('not finished after 60 s');
    process.exit(1);
  }, 60000).unref();
  program().then(
    () => process.exit(0),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
};
