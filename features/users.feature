@local
Feature: Users read what their rules allow
  Users and their rules are in a file, as Redis writes them. They hold on every port and for every command.

  Background:
    Given a proxy with these users
      """
      user default on >everything ~* +@all
      user alice on >secret ~app:* %R~shared:* +@read -keys
      user reader on >figures ~* +@read +info
      user guest on >guest ~public:* +get
      """
    And Redis holds "own" for exactly the key "app:1"
    And Redis holds "hidden" for exactly the key "other:1"

  Scenario: Nothing is answered before the login
    When "GET app:1" is sent over RESP
    Then the reply is exactly "-NOAUTH Authentication required.\r\n"
    When "AUTH alice wrong" is sent over RESP
    Then the reply is exactly "-WRONGPASS invalid username-password pair or user is disabled.\r\n"
    When "AUTH alice secret" is sent over RESP
    Then the reply is exactly "+OK\r\n"
    When "GET app:1" is sent over RESP
    Then the reply is exactly "$3\r\nown\r\n"

  Scenario: One password, without a name
    When "AUTH everything" is sent over RESP
    Then the reply is exactly "+OK\r\n"
    When "GET other:1" is sent over RESP
    Then the reply is exactly "$6\r\nhidden\r\n"

  Scenario: A login by HELLO
    When "HELLO 2 AUTH alice secret" is sent over RESP
    Then the reply is no error
    When "GET app:1" is sent over RESP
    Then the reply is exactly "$3\r\nown\r\n"

  Scenario Outline: The keys of others, whether they are cached or not
    Given <cached> has "other:1" in the cache
    When "AUTH alice secret" is sent over RESP
    Then the reply is exactly "+OK\r\n"
    When "<request>" is sent over RESP
    Then the reply is exactly "-NOPERM this user has no permissions to access one of the keys used as arguments\r\n"

    Examples:
      | request              | cached   |
      | GET other:1          | somebody |
      | GET other:1          | nobody   |
      | MGET app:1 other:1   | somebody |
      | EXISTS other:1       | somebody |
      | STRLEN other:1       | nobody   |
      | GETRANGE other:1 0 0 | somebody |
      | TTL other:1          | nobody   |

  Scenario Outline: Commands that rules do not allow
    When "AUTH <user> <password>" is sent over RESP
    Then the reply is exactly "+OK\r\n"
    When "<request>" is sent over RESP
    Then the reply is exactly "-NOPERM this user has no permissions to run the '<command>' command\r\n"

    Examples:
      | user   | password | request          | command     |
      | alice  | secret   | CACHE FLUSH      | cache\|flush |
      | reader | figures  | CLIENT KILL ID 1 | client\|kill |
      | guest  | guest    | STRLEN public:1  | strlen      |

  Scenario: Keys of others over HTTP
    When "GET /app:1" is requested
    Then the status is 401
    When "GET /app:1" is requested with the password "secret" of "alice"
    Then the status is 200
    And the body is exactly "own"
    When "GET /other:1" is requested with the password "secret" of "alice"
    Then the status is 403
    When "GET /other:1" is requested with the password "wrong" of "default"
    Then the status is 401
    When "GET /other:1" is requested with "Authorization: Bearer everything"
    Then the status is 200

  Scenario: What was answered to somebody is for nobody else
    When "GET /app:1" is requested with the password "secret" of "alice"
    Then the header "Cache-Control" begins "private, max-age="
    When "GET /app:1" is requested
    Then the status is 401

  Scenario: Readers see figures, and administrators make changes
    Then the admin port answers 401 to nobody who asks for the state
    And the admin port answers 200 to "reader" with "figures" who asks for the state
    And the admin port answers 403 to "alice" with "secret" who asks for the state
    And the admin port answers 403 to "reader" with "figures" who invalidates all
    And the admin port answers 200 to "default" with "everything" who invalidates all
    And the probe "livez" says "ok"
