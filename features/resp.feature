Feature: Reading over the Redis protocol
  Clients of Redis read through the proxy without a change.

  Background:
    Given a proxy in front of Redis
    And Redis holds "Superhero" for "Batman"

  Scenario: A value
    When "GET {Batman}" is sent over RESP
    Then the reply is exactly "$9\r\nSuperhero\r\n"

  Scenario: An absent key
    When "GET {Nobody}" is sent over RESP
    Then the reply is exactly "$-1\r\n"

  Scenario: An absent key in RESP3
    When "HELLO 3" is sent over RESP
    Then the reply says that "proto" is 3
    When "GET {Nobody}" is sent over RESP
    Then the reply is exactly "_\r\n"
    When "GET {Batman}" is sent over RESP
    Then the reply is exactly "$9\r\nSuperhero\r\n"

  Scenario: RESP2
    When "HELLO 2" is sent over RESP
    Then the reply says that "proto" is 2
    When "GET {Nobody}" is sent over RESP
    Then the reply is exactly "$-1\r\n"

  Scenario: An unknown protocol version
    When "HELLO 4" is sent over RESP
    Then the reply is an error that begins "NOPROTO"

  Scenario: PING and ECHO
    When "PING" is sent over RESP
    Then the reply is exactly "+PONG\r\n"
    When "PING hello" is sent over RESP
    Then the reply is exactly "$5\r\nhello\r\n"
    When "ECHO hello" is sent over RESP
    Then the reply is exactly "$5\r\nhello\r\n"

  Scenario Outline: An inline command: <line>
    When the bytes "<line>" are sent over RESP
    Then the reply is exactly "$9\r\nSuperhero\r\n"

    Examples:
      | line                    |
      | GET {Batman}\\r\\n      |
      | get {Batman}\\n         |
      | GET \\"{Batman}\\"\\r\\n |

  Scenario: A command name in any case
    When "gEt {Batman}" is sent over RESP
    Then the reply is exactly "$9\r\nSuperhero\r\n"

  Scenario: Pipelined commands are answered in their order
    Given Redis holds "Sidekick" for "Robin"
    And "Robin" has been read
    And Redis pauses for 0.3 seconds
    When these are sent over RESP as one pipeline
      | GET {Robin}  |
      | GET {Batman} |
      | PING         |
      | GET {Nobody} |
      | FLY          |
      | GET {Robin}  |
    Then the reply is exactly "$8\r\nSidekick\r\n"
    And the reply is exactly "$9\r\nSuperhero\r\n"
    And the reply is exactly "+PONG\r\n"
    And the reply is exactly "$-1\r\n"
    And the reply is an error that begins "ERR unknown command 'FLY'"
    And the reply is exactly "$8\r\nSidekick\r\n"

  Scenario: Asking whether a key exists is no use of it
    Given "Batman" has not been used in Redis for an hour
    When "EXISTS {Batman} {Nobody} {Batman}" is sent over RESP
    Then the reply is exactly ":2\r\n"
    And "Batman" is still unused in Redis for an hour

  Scenario: Asking for the length of a value loads no value
    When "STRLEN {Batman}" is sent over RESP
    Then the reply is exactly ":9\r\n"
    When Redis holds "Dark Knight" for "Batman"
    And "STRLEN {Batman}" is sent over RESP
    Then the reply is exactly ":11\r\n"

  Scenario: A cached key is known without Redis
    Given "Batman" has been read
    When "EXISTS {Batman}" is sent over RESP
    Then the reply is exactly ":1\r\n"
    When "STRLEN {Batman}" is sent over RESP
    Then the reply is exactly ":9\r\n"
    And Redis has been read exactly 1 time

  Scenario: A pipeline of a thousand commands
    When "GET {Batman}" is sent 1000 times over RESP as one pipeline
    Then 1000 times the reply is exactly "$9\r\nSuperhero\r\n"

  Scenario: A command that arrives byte by byte
    When "GET {Batman}" is sent over RESP byte by byte
    Then the reply is exactly "$9\r\nSuperhero\r\n"

  Scenario: A client that sends its commands and then closes its sending side
    Given Redis pauses for 0.3 seconds
    When these are sent over RESP, then the sending side is closed
      | GET {Batman} |
      | PING         |
      | GET {Nobody} |
    Then the reply is exactly "$9\r\nSuperhero\r\n"
    And the reply is exactly "+PONG\r\n"
    And the reply is exactly "$-1\r\n"
    And the proxy closes the connection

  Scenario Outline: A command that is refused: <command>
    When "<command>" is sent over RESP
    Then the reply is an error that begins "<error>"
    When "GET {Batman}" is sent over RESP
    Then the reply is exactly "$9\r\nSuperhero\r\n"

    Examples:
      | command           | error                                            |
      | FLY               | ERR unknown command 'FLY'                        |
      | SET {Batman} x    | ERR unknown command 'SET'                        |
      | GET               | ERR wrong number of arguments for 'get' command  |
      | GET {one} {two}   | ERR wrong number of arguments for 'get' command  |
      | ECHO              | ERR wrong number of arguments for 'echo' command |
      | CLIENT FLY        | ERR unknown subcommand 'FLY'                     |
      | SELECT 1          | ERR                                              |

  Scenario Outline: A command that clients send first: <command>
    When "<command>" is sent over RESP
    Then the reply is no error
    When "GET {Batman}" is sent over RESP
    Then the reply is exactly "$9\r\nSuperhero\r\n"

    Examples:
      | command                             |
      | SELECT 0                            |
      | CLIENT SETNAME tests                |
      | CLIENT SETINFO LIB-NAME tests       |
      | CLIENT SETINFO LIB-VER 1.0          |
      | CLIENT GETNAME                      |
      | CLIENT ID                           |
      | COMMAND                             |
      | COMMAND DOCS                        |
      | COMMAND COUNT                       |
      | CONFIG GET save                     |
      | INFO                                |
      | INFO server                         |
      | READONLY                            |
      | HELLO                               |
      | HELLO 3 SETNAME tests               |
      | RESET                               |

  @local
  Scenario: The configured database may be selected
    Given a proxy in front of database 3 of Redis
    And Redis holds "Commissioner" for "Gordon"
    When "SELECT 3" is sent over RESP
    Then the reply is exactly "+OK\r\n"
    When "GET {Gordon}" is sent over RESP
    Then the reply is exactly "$12\r\nCommissioner\r\n"
    When "SELECT 0" is sent over RESP
    Then the reply is an error that begins "ERR"

  Scenario: INFO tells tools what they look for first
    When "INFO" is sent over RESP
    Then the reply has lines that begin
      | redis_version:            |
      | redis_mode:standalone     |
      | os:                       |
      | arch_bits:                |
      | run_id:                   |
      | tcp_port:                 |
      | uptime_in_seconds:        |
      | connected_clients:        |
      | used_memory:              |
      | maxmemory_policy:         |
      | loading:0                 |
      | total_commands_processed: |
      | role:master               |
      | cluster_enabled:0         |

  Scenario: RESET
    Given "HELLO 3" is sent over RESP
    And the reply says that "proto" is 3
    When "RESET" is sent over RESP
    Then the reply is exactly "+RESET\r\n"
    When "GET {Nobody}" is sent over RESP
    Then the reply is exactly "$-1\r\n"

  Scenario: QUIT
    When "QUIT" is sent over RESP
    Then the reply is exactly "+OK\r\n"
    And the proxy closes the connection

  Scenario Outline: A protocol error closes its own connection only: <error>
    Given another RESP connection is open
    When the bytes "<bytes>" are sent over RESP
    Then the reply is exactly "-ERR Protocol error: <error>\r\n"
    And the proxy closes the connection
    And the other RESP connection still gets "Superhero" for "Batman"

    Examples:
      | bytes                            | error                            |
      | *1\\r\\n:3\\r\\n                 | expected '$', got ':'            |
      | *x\\r\\n                         | invalid multibulk length         |
      | *1048577\\r\\n                   | invalid multibulk length         |
      | *1\\r\\n$-5\\r\\n                | invalid bulk length              |
      | *1\\r\\n$x\\r\\n                 | invalid bulk length              |
      | *1\\r\\n$536870913\\r\\n         | invalid bulk length              |
      | GET \\"Batman\\r\\n              | unbalanced quotes in request     |

  Scenario: Replies that are due precede a protocol error
    When the bytes "GET {Batman}\r\n*1\r\n:3\r\n" are sent over RESP
    Then the reply is exactly "$9\r\nSuperhero\r\n"
    And the reply is exactly "-ERR Protocol error: expected '$', got ':'\r\n"
    And the proxy closes the connection

  Scenario: A line that is too long
    When 70000 characters without a line end are sent over RESP
    Then the reply is exactly "-ERR Protocol error: too big inline request\r\n"
    And the proxy closes the connection
