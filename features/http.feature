Feature: Reading over HTTP
  Any HTTP client can read the values in Redis. Absent keys and bad requests have different statuses.

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

  Scenario: An absent key
    When "GET /{Nobody}" is requested
    Then the status is 404
    And the body is exactly ""
    And the header "Content-Length" is "0"

  Scenario: HEAD of a key
    When "HEAD /{Batman}" is requested
    Then the status is 200
    And the header "Content-Length" is "9"
    And the answer has no body

  Scenario: HEAD of an absent key
    When "HEAD /{Nobody}" is requested
    Then the status is 404
    And the answer has no body

  Scenario: The start page explains the requests
    When "GET /" is requested
    Then the status is 200
    And the body mentions "/query?key="
    And the content type is "text/plain; charset=utf-8"

  Scenario: The word "query" is a key like any other
    Given Redis holds "an answer" for exactly the key "query"
    When "GET /query" is requested
    Then the status is 200
    And the body is exactly "an answer"

  Scenario Outline: <target> is a bad request
    When "GET <target>" is requested
    Then the status is 400
    And the answer does not identify the server

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

  Scenario Outline: The method <method> is refused
    When "<method> /{Batman}" is requested
    Then the status is 405
    And the header "Allow" lists "GET" and "HEAD"
    And the answer does not identify the server

    Examples:
      | method  |
      | POST    |
      | PUT     |
      | DELETE  |
      | PATCH   |
      | TRACE   |

  Scenario Outline: <request> asks for the methods
    When the bytes "<request>\r\n\r\n" are sent over HTTP
    Then the status is 204
    And the header "Allow" lists "GET" and "HEAD"
    And the answer does not identify the server

    Examples:
      | request                               |
      | OPTIONS / HTTP/1.0                    |
      | OPTIONS /{Batman} HTTP/1.1\r\nHost: x |
      | OPTIONS / HTTP/1.1\r\nHost: x         |

  Scenario: The host of a target counts, not the other one
    When the bytes "GET http://gotham/{Batman} HTTP/1.1\r\nHost: metropolis\r\n\r\n" are sent over HTTP
    Then the status is 200
    And the body is exactly "Superhero"

  Scenario: A request line that is too long
    When a request line of 100000 characters is sent
    Then the status is 414
    And the answer does not identify the server

  Scenario: Headers that are too long
    When a header of 100000 characters is sent
    Then the status is 431
    And the answer does not identify the server

  Scenario: Many requests on one connection
    When these are requested one after the other on one connection
      | GET /{Batman}  |
      | GET /{Nobody}  |
      | HEAD /{Batman} |
      | GET /query?key= |
      | GET /{Batman}  |
    Then their statuses are 200, 404, 200, 400, 200

  Scenario: Pipelined requests are answered in their order
    Given Redis holds "Sidekick" for "Robin"
    And "Robin" has been read
    And Redis pauses for 0.3 seconds
    When these are requested as one pipeline
      | GET /{Batman} |
      | GET /{Robin}  |
      | GET /{Nobody} |
      | GET /{Robin}  |
    Then their statuses are 200, 200, 404, 200
    And their bodies are "Superhero", "Sidekick", "", "Sidekick"

  Scenario: HTTP/1.0
    When the bytes "GET /{Batman} HTTP/1.0\r\n\r\n" are sent over HTTP
    Then the status is 200
    And the body is exactly "Superhero"
    And the HTTP connection is closed

  @local
  Scenario: An idle connection is kept for the configured time
    Given a proxy that keeps idle HTTP connections for 1.5 seconds
    When these are requested one after the other on one connection
      | GET /{Nobody} |
      | GET /{Nobody} |
    Then the HTTP connection is closed after 1.5 seconds, and not before

  Scenario: A request that expects 100 Continue
    When "GET /{Batman}" is requested with "Expect: 100-continue"
    Then the status is 200
    And the body is exactly "Superhero"

  Scenario Outline: A body with the transfer codings <codings> is refused
    When "GET /{Batman}" is requested with "Transfer-Encoding: <codings>"
    Then the status is <status>
    And the answer does not identify the server
    And the HTTP connection is closed

    Examples:
      | codings          | status |
      | gzip, chunked    | 501    |
      | chunked, chunked | 400    |
      | identity         | 400    |

  Scenario: No answer identifies the server
    When "GET /{Batman}" is requested
    Then the answer does not identify the server
    When "GET /{Nobody}" is requested
    Then the answer does not identify the server
    When "GET /" is requested
    Then the answer does not identify the server
