@local
Feature: Applications write through the proxy, and read what they wrote
  An application that talks to Redis is pointed at the proxy, by one address. What the proxy does not answer from memory, Redis answers.

  Scenario: What was written is read
    Given a proxy whose "--commands" is "all"
    And Redis holds "old" for "Batman"
    When "Batman" is read over RESP
    Then the answer is "old"
    When "SET {Batman} new" is sent over RESP
    Then the reply is exactly "+OK\r\n"
    When "Batman" is read over RESP
    Then the answer is "new"
    When "Batman" is read over HTTP
    Then the answer is "new"

  Scenario: One pipeline of reads and writes
    Given a proxy whose "--commands" is "all"
    And Redis holds "1" for "visits"
    When these are sent over RESP as one pipeline
      | GET {visits}      |
      | INCR {visits}     |
      | GET {visits}      |
      | LPUSH {last} a b  |
      | LRANGE {last} 0 0 |
      | GET {last}        |
    Then the reply is exactly "$1\r\n1\r\n:2\r\n$1\r\n2\r\n:2\r\n*1\r\n$1\r\nb\r\n"
    And the reply is an error that begins "WRONGTYPE"

  Scenario: Nobody writes through a proxy that was not told so
    Given a proxy in front of Redis
    When "SET {Batman} new" is sent over RESP
    Then the reply is an error that begins "ERR unknown command 'SET'"

  Scenario: Rules
    Given a proxy whose "--commands" is "+@read +@write -flushall"
    When "SET {Batman} new" is sent over RESP
    Then the reply is exactly "+OK\r\n"
    When "FLUSHALL" is sent over RESP
    Then the reply is exactly "-NOPERM this user has no permissions to run the 'flushall' command\r\n"

  Scenario Outline: What administers Redis itself has to be named
    Given a proxy whose "--commands" is "all"
    When "<command>" is sent over RESP
    Then the reply is an error that begins "NOPERM this user has no permissions to run the '<name>' command: it administers Redis itself"

    Examples:
      | command        | name      |
      | SHUTDOWN       | shutdown  |
      | REPLICAOF a 1  | replicaof |
      | DEBUG SLEEP 0  | debug     |
