Feature: Reading over HTTP
  Whatever speaks HTTP reads what Redis holds, and can tell a missing key from a bad request.

  Background:
    Given a proxy in front of Redis
    And Redis holds "Superhero" for "Batman"

  Scenario: The path names the key
    When "GET /{Batman}" is requested
    Then the status is 200
    And the body is exactly "Superhero"
    And the header "Content-Length" is "9"
    And the header "X-Content-Type-Options" is "nosniff"

  Scenario: A parameter names the key
    When "GET /query?key={Batman}" is requested
    Then the status is 200
    And the body is exactly "Superhero"

  Scenario: A missing key
    When "GET /{Nobody}" is requested
    Then the status is 404
    And the body is exactly ""
    And the header "Content-Length" is "0"

  Scenario: Only the headers
    When "HEAD /{Batman}" is requested
    Then the status is 200
    And the header "Content-Length" is "9"
    And nothing but headers has come

  Scenario: Only the headers of a missing key
    When "HEAD /{Nobody}" is requested
    Then the status is 404
    And nothing but headers has come

  Scenario: The start page says how to ask
    When "GET /" is requested
    Then the status is 200
    And the body mentions "/query?key="
    And the body is "text/plain; charset=utf-8"

  Scenario: The word "query" is a key like any other
    Given Redis holds "an answer" for exactly the key "query"
    When "GET /query" is requested
    Then the status is 200
    And the body is exactly "an answer"

  Scenario Outline: <target> is not a question
    When "GET <target>" is requested
    Then the status is 400
    And nothing is given away about the server

    Examples:
      | target                      |
      | /query?key=                 |
      | /query?key                  |
      | /query?key={one}&key={two}  |
      | /{one}%                     |
      | /{one}%4                    |
      | /{one}%zz                   |
      | /{one}%-1                   |
      | /query?key={one}%G1         |

  Scenario Outline: <method> is not for reading
    When "<method> /{Batman}" is requested
    Then the status is 405
    And the header "Allow" lists "GET" and "HEAD"
    And nothing is given away about the server

    Examples:
      | method  |
      | POST    |
      | PUT     |
      | DELETE  |
      | PATCH   |
      | OPTIONS |
      | TRACE   |

  Scenario: A request line without end
    When a request line of 100000 characters is sent
    Then the status is 414
    And nothing is given away about the server

  Scenario: Headers without end
    When a header of 100000 characters is sent
    Then the status is 431
    And nothing is given away about the server

  Scenario: One connection for many requests
    When these are requested one after the other on one connection
      | GET /{Batman}  |
      | GET /{Nobody}  |
      | HEAD /{Batman} |
      | GET /query?key= |
      | GET /{Batman}  |
    Then their statuses are 200, 404, 200, 400, 200

  Scenario: Requests that do not wait are answered in their order
    Given Redis holds "Sidekick" for "Robin"
    And "Robin" has been read
    And Redis pauses for 0.3 seconds
    When these are requested together on one connection
      | GET /{Batman} |
      | GET /{Robin}  |
      | GET /{Nobody} |
      | GET /{Robin}  |
    Then their statuses are 200, 200, 404, 200
    And their bodies are "Superhero", "Sidekick", "", "Sidekick"

  Scenario: The first version of the protocol
    When the bytes "GET /{Batman} HTTP/1.0\r\n\r\n" are sent over HTTP
    Then the status is 200
    And the body is exactly "Superhero"
    And the connection ends

  Scenario: A client that asks before it sends
    When "GET /{Batman}" is requested with "Expect: 100-continue"
    Then the status is 200
    And the body is exactly "Superhero"

  Scenario: Every answer keeps the server to itself
    When "GET /{Batman}" is requested
    Then nothing is given away about the server
    When "GET /{Nobody}" is requested
    Then nothing is given away about the server
    When "GET /" is requested
    Then nothing is given away about the server
