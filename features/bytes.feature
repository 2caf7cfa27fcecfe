Feature: Keys and values of any bytes
  Nothing is added, lost or changed on the way, over either port.

  Background:
    Given a proxy in front of Redis

  Scenario Outline: Keys with every byte value, read in <way>
    Given Redis holds a different value for a key with each byte value
    Then each of these keys is answered with its own value, read in <way>

    Examples:
      | way            |
      | the HTTP path  |
      | the HTTP query |
      | RESP           |

  Scenario Outline: A value with every byte value, over <port>
    Given Redis holds all 256 byte values for "all"
    When "all" is read over <port>
    Then the answer is all 256 byte values

    Examples:
      | port |
      | HTTP |
      | RESP |

  Scenario Outline: <target> names the key <key>
    Given Redis holds "here it is" for "<key>"
    When "GET <target>" is requested
    Then the status is 200
    And the body is exactly "here it is"

    Examples:
      | target                            | key               |
      | /{a/b}                            | {a/b}             |
      | /{a%2Fb}                          | {a/b}             |
      | /{a%2fb}                          | {a/b}             |
      | /{a/}                             | {a/}              |
      | /{a//b}                           | {a//b}            |
      | //{a}                             | /{a}              |
      | /{a}/query?key=b                  | {a}/query         |
      | /{a%00b}                          | {a\\x00b}         |
      | /{a%FFb}                          | {a\\xFFb}         |
      | /{a%25b}                          | {a%b}             |
      | /{a%2525}                         | {a%25}            |
      | /{a+b}                            | {a+b}             |
      | /{a%20b}                          | {a b}             |
      | /{a.b}                            | {a.b}             |
      | /{a/./b}                          | {a/./b}           |
      | /{a/../b}                         | {a/../b}          |
      | /{a/..}                           | {a/..}            |
      | /{a/%2e%2e/b}                     | {a/../b}          |
      | /../{a}                           | ../{a}            |
      | /./{a}                            | ./{a}             |
      | /{a;b=c}                          | {a;b=c}           |
      | /{a%3Bb}                          | {a;b}             |
      | /{a%3Fb}                          | {a?b}             |
      | /{a%23b}                          | {a#b}             |
      | /{a}?b=c                          | {a}               |
      | /{a%5Cb}                          | {a\\\\b}          |
      | /{a%0D%0Ab}                       | {a\\r\\nb}        |
      | /{%D0%BA%D0%BB%D1%8E%D1%87}       | {ключ}            |
      | /{ключ}                           | {ключ}            |
      | /query?key={a+b}                  | {a b}             |
      | /query?key={a%2Bb}                | {a+b}             |
      | /query?key={a/b}                  | {a/b}             |
      | /query?key={a%2Fb}                | {a/b}             |
      | /query?key={a%26b}                | {a&b}             |
      | /query?key={a=b}                  | {a=b}             |
      | /query?key={a%00%FF}              | {a\\x00\\xFF}     |
      | /query?other=b&key={a}            | {a}               |
      | /query?key={a}&other=b            | {a}               |
      | //query?key={a}                   | {a}               |

  Scenario Outline: The value <value> has the content type <type>
    Given Redis holds "<value>" for "a key"
    When "GET /{a%20key}" is requested
    Then the status is 200
    And the body is exactly "<value>"
    And the content type is "<type>"

    Examples:
      | value                 | type                      |
      | plain                 | text/plain; charset=utf-8 |
      |                       | text/plain; charset=utf-8 |
      | Бэтмен ⚡ 🦇           | text/plain; charset=utf-8 |
      | <b>no page</b>        | text/plain; charset=utf-8 |
      | \\x00                 | text/plain; charset=utf-8 |
      | \\xFF                 | application/octet-stream  |
      | cut \\xD0             | application/octet-stream  |
      | too long \\xC0\\x80   | application/octet-stream  |
      | surrogate \\xED\\xA0\\x80 | application/octet-stream |
      | too high \\xF4\\x90\\x80\\x80 | application/octet-stream |

  Scenario: An empty value is not an absent key
    Given Redis holds "" for "nothing"
    When "GET /{nothing}" is requested
    Then the status is 200
    And the header "Content-Length" is "0"
    When "GET {nothing}" is sent over RESP
    Then the reply is exactly "$0\r\n\r\n"

  Scenario Outline: A large value over <port>
    Given Redis holds 1048576 bytes for "large"
    When "large" is read over <port>
    Then the answer is these bytes
    When "large" is read over <port>
    Then the answer is these bytes
    And Redis has been read exactly 1 time

    Examples:
      | port |
      | HTTP |
      | RESP |

  Scenario: A key of another type
    Given Redis holds a list for "Robin"
    When "GET /{Robin}" is requested
    Then the status is 409
    And the body mentions "WRONGTYPE Operation against a key holding the wrong kind of value"
    When "GET {Robin}" is sent over RESP
    Then the reply is exactly "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"
