@local
Feature: Clients behind a balancer are known by their own addresses
  A balancer that is listed announces each client with a header of the PROXY protocol, version 1 or 2.

  Scenario Outline: The announced address is the client's
    Given a proxy behind a balancer at "127.0.0.1"
    When a connection begins with the bytes "<header>"
    And "CLIENT INFO" is sent behind them
    Then the client is shown with the address "192.0.2.1:56324"

    Examples:
      | header                                                                                 |
      | PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n                                        |
      | \r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c\xc0\x00\x02\x01\xc6\x33\x64\x01\xdc\x04\x01\xbb |

  Scenario Outline: A stranger behind a balancer of this machine may not do what this machine may
    Given a proxy behind a balancer at "127.0.0.1"
    When a connection begins with the bytes "<header>"
    And "CACHE FLUSH" is sent behind them
    Then the client may not do that

    Examples:
      | header                                          |
      | PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n |
      | PROXY UNKNOWN\r\n                               |

  Scenario: A client of this machine behind a balancer of this machine may
    Given a proxy behind a balancer at "127.0.0.1"
    When a connection begins with the bytes "PROXY TCP4 127.0.0.1 127.0.0.1 56324 443\r\n"
    And "CACHE FLUSH" is sent behind them
    Then the client is told "OK"

  Scenario: A balancer that announces nobody is cut off
    Given a proxy behind a balancer at "127.0.0.1"
    When a connection begins with the bytes "PING\r\n"
    Then that connection is closed

  Scenario: Whoever is not listed cannot announce anybody
    Given a proxy behind a balancer at "10.0.0.0/8"
    When a connection begins with the bytes "PROXY "
    Then that connection is closed

  Scenario: Whoever is not listed and announces nobody is served
    Given a proxy behind a balancer at "10.0.0.0/8"
    When "PING" is sent over RESP
    Then the reply is exactly "+PONG\r\n"
